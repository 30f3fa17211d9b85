#include <fmt/format.h>

#include <cmath>

#include "offtake/book/read_figure.hpp"
#include "offtake/book/reading_state.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::book {
namespace {

using namespace literals;
using yaml::ObjectReader;
using yaml::Value;

demand::DailyWindow read_window(const ObjectReader& window) {
  const Value start = window.at("/start");
  const std::string text = start.text();
  demand::DailyWindow result{.start_hour = 0, .hours = window.count("/hours", 1)};
  const bool is_hour = text.size() == 5 && text.ends_with(":00") && text[0] >= '0' &&
                       text[0] <= '2' && text[1] >= '0' && text[1] <= '9';
  if (is_hour) result.start_hour = 10 * (text[0] - '0') + (text[1] - '0');
  if (!is_hour || result.start_hour > 23) start.reject("a full hour such as \"22:00\"");
  return result;
}

demand::DailyShape read_shape(const ObjectReader& workload) {
  demand::DailyShape shape;
  shape.weekend_factor = figure_or(workload, "/weekend_factor", "0.6", 1.0);
  shape.peak_to_mean = figure_or(workload, "/peak_to_mean", "1.8", 1.0);
  shape.burst_p99_over_hourly = figure_or(workload, "/burst_p99_over_hourly", "1.3", 1.0);
  const auto profile = workload.find("/profile");
  if (!profile) return shape;
  double sum = 0.0;
  for (const Value& hour : profile->list()) {
    shape.profile.push_back(hour.number("1.2"));
    sum += shape.profile.back();
  }
  if (shape.profile.size() != 24 || std::abs(sum - 24.0) > 0.24) {
    profile->reject("24 factors whose mean is 1",
                    fmt::format("{} that sum to {:.2f}", shape.profile.size(), sum));
  }
  return shape;
}

demand::ServiceObjective read_objective(const ObjectReader& workload) {
  const auto slo = workload.find("/slo");
  if (!slo) return {};
  const ObjectReader fields = slo->object();
  return {.ttft_p99 = figure_if_given<Seconds>(fields, "/ttft_p99", "2 s"),
          .tpot_p99 = figure_if_given<Seconds>(fields, "/tpot_p99", "40 ms")};
}

demand::WorkPerToken read_work(const ObjectReader& workload) {
  const auto work = workload.find("/work");
  if (!work) return {};
  const ObjectReader fields = work->object();
  fields.find("/assume");
  return {.multiplier = figure_at<double>(fields, "/multiplier", "2.1"),
          .per_year = figure_or(fields, "/per_year", "0.80x", 1.0)};
}

demand::Serving read_serving(const ObjectReader& workload, ReadingState& state) {
  demand::Serving serving;
  serving.model = state.catalog_id(CatalogReference::Kind::kModel, workload.at("/model"));
  serving.weights = workload.text_or("/weights", "");
  serving.isl = figure_at<Tokens>(workload, "/isl", "1650 tok");
  serving.osl = figure_at<Tokens>(workload, "/osl", "550 tok");
  serving.cached_input = share_or(workload, "/cached_input", 0.0);
  serving.slo = read_objective(workload);
  if (const auto mode = workload.find("/mode")) {
    serving.mode = mode->choice<std::string>(
        {{"aggregated", "aggregated"}, {"disaggregated", "disaggregated"}, {"any", "any"}});
  }
  serving.tokens = figure_at<TokenRate>(workload, "/tokens_per_day", "2.2e12 tok/day");
  serving.work = read_work(workload);
  serving.shape = read_shape(workload);
  if (const auto window = workload.find("/window")) serving.window = read_window(window->object());
  return serving;
}

demand::ComputeWork read_compute(const ObjectReader& fields) {
  return {.flops = figure_at<ComputeRate>(fields, "/flops", "1.6e25 FLOP/day"),
          .mfu = share_at(fields, "/mfu"),
          .in_use = share_or(fields, "/in_use", 1.0),
          .format = fields.text("/format")};
}

demand::TrainingRuns read_training(const ObjectReader& workload, ReadingState& state) {
  const Value train = workload.at("/train");
  const ObjectReader fields = train.object();
  demand::TrainingRuns runs;
  runs.model = state.catalog_id(CatalogReference::Kind::kModel, fields.at("/model"));
  runs.flops_each = figure_if_given<Flops>(fields, "/flops", "5e26 FLOP");
  runs.tokens_each = figure_if_given<Tokens>(fields, "/tokens", "15e12 tok");
  runs.per_year = figure_at<double>(fields, "/per_year", "2");
  runs.mfu = share_or(fields, "/mfu", 0.35);
  runs.in_use = share_or(fields, "/in_use", 1.0);
  runs.deadline = figure_at<Seconds>(workload, "/deadline", "6 months");
  if (runs.flops_each.has_value() == runs.tokens_each.has_value()) {
    train.reject("either `flops` or `tokens` of a run", runs.flops_each ? "both" : "neither");
  }
  return runs;
}

demand::Growth read_growth(const ObjectReader& workload, std::size_t years) {
  const ObjectReader fields = workload.object("/growth");
  fields.find("/assume");
  fields.find("/source");
  return {.per_year = factors_at(fields, "/per_year", years),
          .log_scale = figure_or(fields, "/log_scale", "1.0x", 1.0),
          .volatility = figure_or(fields, "/volatility", "35%", 0.0)};
}

std::optional<demand::Revenue> read_revenue(const ObjectReader& workload, std::size_t years) {
  const auto revenue = workload.find("/revenue");
  if (!revenue) return std::nullopt;
  if (revenue->kind() == Value::Kind::kMapping) {
    const ObjectReader fields = revenue->object();
    if (const auto path = fields.find("/path")) {
      for (const char* key : {"/assume", "/source", "/low", "/high", "/value"}) fields.find(key);
      demand::TokenRevenuePath result;
      for (const Value& price : path->list()) {
        result.anniversaries.push_back(price.quantity<TokenPrice>("0.45 USD/Mtok"));
      }
      if (result.anniversaries.size() < years + 1) {
        path->reject(fmt::format("a price at the start and at the end of each of {} years", years),
                     fmt::format("{}", result.anniversaries.size()));
      }
      return result;
    }
  }
  std::vector<double> per_year;
  if (revenue->kind() == Value::Kind::kMapping && revenue->object().find("/per_year")) {
    per_year = factors_at(revenue->object(), "/per_year", years);
  }
  if (dimension_of(*revenue) == MoneyRate::kDimension) {
    return demand::FlatRevenue{read_figure<MoneyRate>(*revenue, "1e9 USD/year"), per_year};
  }
  return demand::TokenRevenue{read_figure<TokenPrice>(*revenue, "17 USD/Mtok"), per_year};
}

demand::UnmetCost read_unmet(const Value& unmet, const demand::Workload& workload) {
  const bool training = std::holds_alternative<demand::TrainingRuns>(workload.work);
  const auto dimension = dimension_of(unmet);
  if (dimension == MoneyRate::kDimension) {
    const auto rate = read_figure<MoneyRate>(unmet, "1.5e9 USD/month");
    if (training) return demand::UnmetDelay{rate};
    return demand::UnmetShare{rate};
  }
  if (dimension == Dollars::kDimension) {
    if (!training) unmet.reject("a cost of a token, of a year, or of a dollar not spent");
    return demand::UnmetRun{read_figure<Dollars>(unmet, "40e3 USD")};
  }
  if (dimension == Dimension{}) {
    return demand::UnmetSpend{read_figure<double>(unmet, "0.6 USD/USD")};
  }
  return demand::UnmetTokens{read_figure<TokenPrice>(unmet, "17 USD/Mtok")};
}

demand::Workload read_workload(const Value& item, ReadingState& state) {
  const auto years = static_cast<std::size_t>(state.horizon.years);
  const ObjectReader fields = item.object();
  demand::Workload workload;
  workload.name = state.names.define(NameKind::kWorkload, fields.at("/name"));
  if (fields.find("/train")) {
    workload.work = read_training(fields, state);
  } else if (const auto compute = fields.find("/compute")) {
    workload.work = read_compute(compute->object());
  } else {
    workload.work = read_serving(fields, state);
  }
  workload.growth = read_growth(fields, years);
  workload.revenue = read_revenue(fields, years);
  workload.unmet = read_unmet(fields.at("/unmet"), workload);
  workload.deferrable = figure_if_given<Seconds>(fields, "/deferrable", "24 h");
  workload.preemptible = fields.flag_or("/preemptible", false);
  for (const auto& entry : fields.entries("/regions")) {
    workload.regions[entry.key.text()] = read_figure<double>(entry.value, "70%");
  }
  for (const auto& entry : fields.entries("/residency")) {
    workload.residency[entry.key.text()] = entry.value.text();
  }
  workload.spend_check = by_year_if_given<Dollars>(fields, "/spend_check", "18e9 USD");
  double regions = 0.0;
  for (const auto& [region, share] : workload.regions) regions += share;
  if (!workload.regions.empty() && std::abs(regions - 1.0) > 1e-6) {
    fields.at("/regions").reject("shares that sum to 100%", fmt::format("{:.4g}%", 100 * regions));
  }
  return workload;
}

/// Receipts of a workload come after its own kind's lag, when `receipts` names one.
Seconds receipts_lag(const ObjectReader& workload, const ReadingState& state) {
  const auto kind = workload.find("/receipts");
  if (!kind) return {};
  const std::string path = "/revenue_timing/receipts_lag/" + kind->text();
  if (const auto lag = state.root.find(path)) return read_figure<Seconds>(*lag, "35 days");
  kind->reject("a key of /revenue_timing/receipts_lag");
  return {};
}

}  // namespace

std::vector<demand::Workload> read_demand(ReadingState& state) {
  std::vector<demand::Workload> workloads;
  for (const Value& item : state.root.at("/demand").list()) {
    workloads.push_back(read_workload(item, state));
    workloads.back().receipts_lag = receipts_lag(item.object(), state);
  }
  if (workloads.empty()) state.root.at("/demand").reject("at least one workload");
  return workloads;
}

demand::ReferenceChip read_reference_chip(ReadingState& state, double price_performance) {
  const ObjectReader fields = state.root.object("/reference_chip");
  demand::ReferenceChip chip;
  chip.system = state.catalog_id(CatalogReference::Kind::kSystem, fields.at("/system"));
  chip.tokens = figure_at<ChipTokenRate>(fields, "/tokens", "4000 tok/s/chip");
  chip.load = share_at(fields, "/load");
  chip.price = figure_at<ChipPrice>(fields, "/price", "3.20 USD/chip/h");
  chip.flops = figure_at<ComputeRate>(fields, "/flops", "2.5 PFLOP/s");
  chip.price_performance_per_year = price_performance;
  return chip;
}

demand::DemandProcess read_demand_process(const ReadingState& state) {
  demand::DemandProcess process;
  const auto value = state.root.find("/demand_process");
  if (!value) return process;
  const ObjectReader fields = value->object();
  process.volatility_scale =
      figure_or(fields, "/volatility_scale", "1.0x", process.volatility_scale);
  process.correlation = share_or(fields, "/correlation", process.correlation);
  process.mean_reversion =
      figure_or<Hertz>(fields, "/mean_reversion", "60% per year", Hertz{}) / (1.0 / 1.0_years);
  process.price_volatility =
      figure_or(fields, "/price_volatility", "20%", process.price_volatility);
  return process;
}

}  // namespace offtake::book
