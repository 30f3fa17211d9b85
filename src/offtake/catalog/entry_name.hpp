#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace offtake::catalog {

/// A name as lookups compare it: in small letters, without the maker's "org/", and with one hyphen
/// for each run of other signs. "meta-llama/Llama-3.1_8B" is "llama-3-1-8b".
std::string normal_name(std::string_view name);

/// The name itself and then shorter ones, without the endings that do not change a model's shape:
/// "-instruct", "-chat", "-hf", "-fp8", "-lora", a date such as "-2507", and others.
std::vector<std::string> normal_model_names(std::string_view name);

}  // namespace offtake::catalog
