#include "offtake/catalog/price_file.hpp"

#include <array>

#include "offtake/catalog/entry_notes.hpp"

namespace offtake::catalog {
namespace {

constexpr std::array kKinds{
    yaml::Choice{"rental", PriceKind::kRental},     yaml::Choice{"discount", PriceKind::kDiscount},
    yaml::Choice{"purchase", PriceKind::kPurchase}, yaml::Choice{"site", PriceKind::kSite},
    yaml::Choice{"power", PriceKind::kPower},       yaml::Choice{"relative", PriceKind::kRelative},
};

constexpr std::array kPriceStatuses{
    yaml::Choice{"list", PriceStatus::kList},
    yaml::Choice{"unverified", PriceStatus::kUnverified},
    yaml::Choice{"observed", PriceStatus::kObserved},
    yaml::Choice{"vendor", PriceStatus::kVendor},
    yaml::Choice{"analyst", PriceStatus::kAnalyst},
    yaml::Choice{"secondary", PriceStatus::kSecondary},
    yaml::Choice{"not_public", PriceStatus::kNotPublic},
};

Price read_price(const yaml::ObjectReader& row, const std::string& provider) {
  Price price;
  price.kind = row.choice("/kind", kKinds);
  price.provider = row.text_or("/provider", provider);
  price.product = row.text("/product");
  price.system = row.text_or("/system", "");
  price.chip = row.text_or("/chip", "");
  if (const auto chips = row.find("/chips")) price.chips = chips->count(1);
  price.term = row.text_or("/term", "");
  price.region = row.text_or("/region", "");
  price.price = row.optional<ChipPrice>("/price", "3.20 USD/chip/h");
  price.instance_price = row.optional<MoneyRate>("/instance_price", "55.04 USD/h");
  if (const auto amount = row.find("/amount")) {
    price.amount = amount->any_quantity("50e9 USD/GW");
    price.amount_text = amount->text();
  }
  price.per = row.text_or("/per", "");
  price.discount = row.optional<double>("/discount", "60%");
  price.date = row.date("/date");
  price.status = row.choice("/status", kPriceStatuses);
  price.source = row.text("/source");
  price.note = read_notes(row).note;
  const bool given = price.price || price.instance_price || price.amount || price.discount;
  if (given == (price.status == PriceStatus::kNotPublic)) {
    row.self().reject(given ? "no figure, as the status says" : "a price, an amount or a discount");
  }
  return price;
}

}  // namespace

std::vector<Price> read_prices(const yaml::ObjectReader& file) {
  const std::string provider = file.text_or("/provider", "");
  std::vector<Price> prices;
  for (const yaml::Value& row : file.at("/prices").list()) {
    prices.push_back(read_price(row.object(), provider));
  }
  return prices;
}

}  // namespace offtake::catalog
