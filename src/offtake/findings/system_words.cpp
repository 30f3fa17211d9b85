#include "offtake/findings/system_words.hpp"

#include <array>
#include <cctype>
#include <utility>

namespace offtake::findings {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

/// Parts of ids that are not simply upper case.
constexpr std::array kWords{
    Pair{"hgx", "HGX"},           Pair{"dgx", "DGX"},           Pair{"ultraserver", "UltraServer"},
    Pair{"trn1", "Trn1"},         Pair{"trn2", "Trn2"},         Pair{"trn3", "Trn3"},
    Pair{"helios", "Helios"},     Pair{"titan", "Titan"},       Pair{"openai", "OpenAI"},
    Pair{"calculon", "Calculon"}, Pair{"48xlarge", "48xlarge"}, Pair{"cerebras", "Cerebras"},
};

constexpr std::array kMakers{
    Pair{"trn", "Trainium"},  Pair{"inf", "Trainium"},
    Pair{"tpu", "TPU"},       Pair{"ct", "TPU"},
    Pair{"mi2", "AMD"},       Pair{"mi3", "AMD"},
    Pair{"mi4", "AMD"},       Pair{"helios", "AMD"},
    Pair{"bm.gpu.mi", "AMD"}, Pair{"openai-titan", "Broadcom"},
    Pair{"cs", "Cerebras"},   Pair{"cerebras", "Cerebras"},
};

std::string word(std::string_view part) {
  for (const auto& [id, text] : kWords) {
    if (part == id) return std::string(text);
  }
  std::string upper;
  for (const char letter : part) {
    upper += static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  }
  return upper;
}

}  // namespace

std::string system_words(std::string_view system) {
  if (system.find('.') != std::string_view::npos) return std::string(system);
  std::string text;
  while (!system.empty()) {
    const std::size_t end = system.find('-');
    if (!text.empty()) text += ' ';
    text += word(system.substr(0, end));
    system = end == std::string_view::npos ? std::string_view{} : system.substr(end + 1);
  }
  return text;
}

std::string maker_of(std::string_view system) {
  for (const auto& [start, maker] : kMakers) {
    if (system.starts_with(start)) return std::string(maker);
  }
  return "Nvidia";
}

}  // namespace offtake::findings
