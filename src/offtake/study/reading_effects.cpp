#include "offtake/study/reading_effects.hpp"

#include <atomic>
#include <optional>

#include "offtake/study/reading_choices.hpp"

namespace offtake::study {

ReadingEffects reading_effects(const book::Book& book, const YieldTable& yields,
                               const AccessQuestion& question) {
  ReadingEffects result{.name = question.name, .scenarios = question.scenarios};
  std::vector<book::Book> books{book};
  for (const ReadingChoice& choice : reading_choices(book)) {
    for (const OtherReading& other : choice.others) {
      books.push_back(book);
      other.apply(books.back());
      result.effects.push_back(
          {.setting = choice.setting, .as_read = choice.as_read, .otherwise = other.text});
    }
  }
  AccessQuestion alone = question;
  alone.parallelism = {};
  std::vector<std::optional<PricedPlan>> priced(books.size());
  std::atomic<std::size_t> done{0};
  for_each_index(books.size(), question.parallelism, [&](std::size_t index) {
    priced[index] = priced_plan(books[index], yields, alone);
    tell(question.progress, "what no source settles",
         static_cast<double>(++done) / static_cast<double>(books.size()));
  });
  result.as_read = priced.front().value_or(PricedPlan{});
  for (std::size_t i = 0; i < result.effects.size(); ++i) {
    ReadingEffect& effect = result.effects[i];
    effect.possible = priced[i + 1].has_value();
    if (!effect.possible) continue;
    effect.change = priced[i + 1]->expected - result.as_read.expected;
    effect.low = priced[i + 1]->low;
    effect.high = priced[i + 1]->high;
  }
  return result;
}

}  // namespace offtake::study
