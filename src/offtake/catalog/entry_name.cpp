#include "offtake/catalog/entry_name.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace offtake::catalog {
namespace {

/// Endings of model names that leave the shape as it is: training after the base model, the format
/// of the weights, the file's format, the benchmark that ran it.
constexpr std::array<std::string_view, 18> kEndings{
    "instruct", "chat", "it",   "hf",    "base", "thinking", "fp8",  "nvfp4", "mxfp4",
    "bf16",     "fp4",  "int4", "w4a16", "awq",  "gptq",     "lora", "sft",   "mlperf"};

bool is_ending(std::string_view word) {
  if (std::ranges::find(kEndings, word) != kEndings.end()) return true;
  return word.size() == 4 && std::ranges::all_of(word, [](char c) {
           return std::isdigit(static_cast<unsigned char>(c)) != 0;
         });
}

}  // namespace

std::string normal_name(std::string_view name) {
  if (const auto slash = name.rfind('/'); slash != std::string_view::npos) {
    name.remove_prefix(slash + 1);
  }
  std::string normal;
  for (const char c : name) {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isalnum(letter) != 0) {
      normal += static_cast<char>(std::tolower(letter));
    } else if (!normal.empty() && normal.back() != '-') {
      normal += '-';
    }
  }
  if (normal.ends_with('-')) normal.pop_back();
  return normal;
}

std::vector<std::string> normal_model_names(std::string_view name) {
  std::vector<std::string> names{normal_name(name)};
  while (true) {
    const std::string& last = names.back();
    const auto hyphen = last.rfind('-');
    if (hyphen == std::string::npos || !is_ending(std::string_view(last).substr(hyphen + 1))) break;
    names.push_back(last.substr(0, hyphen));
  }
  return names;
}

}  // namespace offtake::catalog
