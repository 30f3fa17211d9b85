#include <nlohmann/json.hpp>

#include "offtake/report/section_json.hpp"

namespace offtake::report {

static std::string name_of(PartKind kind) {
  switch (kind) {
    case PartKind::kUseful:
      return "useful";
    case PartKind::kWaiting:
      return "waiting";
    case PartKind::kOther:
      break;
  }
  return "other";
}

static void to_json(Json& json, const CompositionPart& x) {
  json = {{"name", x.name}, {"kind", name_of(x.kind)}, {"amount", x.amount}};
}

static void to_json(Json& json, const Composition& x) {
  json = {{"unit", x.unit}, {"parts", x.parts}};
}

static void to_json(Json& json, const ScalingFigures& x) {
  json = {{"chips", x.chips}, {"global_batch", x.global_batch}, {"tokens_per_s", x.tokens_per_s},
          {"mfu", x.mfu},     {"efficiency", x.efficiency},     {"goodput", x.goodput}};
}

static void to_json(Json& json, const ScalingSection& x) {
  json = {{"strong", x.strong}, {"weak", x.weak}};
}

void to_json(Json& json, const TrainingSection& x) {
  json = {{"family", x.family},
          {"step", x.step},
          {"memory", x.memory},
          {"run", x.run},
          {"scaling", x.scaling}};
}

}  // namespace offtake::report
