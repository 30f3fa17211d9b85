#include "offtake/api/book_question.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

#include "offtake/base/input_error.hpp"
#include "offtake/book/read_book.hpp"

namespace offtake::api {

book::Overrides overrides_of(const std::vector<Setting>& settings) {
  book::Overrides overrides;
  std::vector<Problem> problems;
  for (const Setting& setting : settings) {
    if (!overrides.emplace(setting.path, setting.value).second) {
      problems.push_back({{}, "--set", "each path once", setting.path + " again"});
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return overrides;
}

book::Book read_request_book(const InputFile& file, const book::Overrides& overrides) {
  return book::read_book(file.text, file.name, overrides);
}

std::string text_hash(const std::string& text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char letter : text) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace offtake::api
