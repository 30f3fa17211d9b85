#include "offtake/api/calculon_job.hpp"

#include <fmt/format.h>

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "offtake/api/choices.hpp"
#include "offtake/calculon/evaluation.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::api {

using namespace literals;

namespace {

constexpr Tokens kSequenceMax = 1e9_tok;

calculon::ExecutionSpace read_space(const TrainRequest& request, std::vector<Problem>& problems) {
  const std::string name = request.space.value_or("reduced");
  if (name == "whole") return calculon::whole_space(request.chips, request.global_batch);
  if (name != "reduced") problems.push_back({{}, "--space", "reduced or whole", name});
  return calculon::reduced_space(request.chips, request.global_batch);
}

CalculonLayout read_layout(const std::string& text, const TrainRequest& request,
                           std::vector<Problem>& problems) {
  CalculonLayout layout = read_calculon_layout(text, problems);
  layout.execution.batch = request.global_batch;
  if (layout.execution.chips() != request.chips) {
    problems.push_back({{},
                        "--layout",
                        fmt::format("tp x pp x dp = {} chips", request.chips),
                        fmt::format("{}", layout.execution.chips())});
  }
  return layout;
}

void refuse_options(const TrainRequest& request, std::vector<Problem>& problems) {
  const auto refuse = [&](bool given, const std::string& option) {
    if (given) problems.push_back({{}, option, "nothing, with --profile calculon", "a value"});
  };
  refuse(request.format.has_value(), "--format");
  refuse(request.tokens.has_value(), "--tokens");
  refuse(request.flops.has_value(), "--flops");
  refuse(request.price.has_value(), "--price");
  refuse(request.optimizer.has_value(), "--optimizer");
  refuse(request.adapter_rank.has_value(), "--lora");
  refuse(request.prediction_modules.has_value(), "--mtp");
  refuse(request.expert_load.has_value(), "--expert-load");
  refuse(request.pareto.has_value(), "--pareto");
  refuse(request.layout && request.space, "--space beside --layout");
  if (request.sequence < 1.0_tok || request.sequence > kSequenceMax) {
    problems.push_back({{}, "--seq", "from one to a billion tokens", "another number"});
  }
}

}  // namespace

CalculonJob read_calculon_job(const TrainRequest& request, const catalog::Catalog& catalog) {
  std::vector<Problem> problems;
  if (request.profile != "calculon") {
    problems.push_back({{}, "--profile", "calculon", request.profile.value_or("none")});
  }
  refuse_options(request, problems);
  auto model = chosen_model(request.model, catalog, problems);
  auto system = chosen_system(request.system, catalog, problems);
  const calculon::ExecutionSpace space = read_space(request, problems);
  std::optional<CalculonLayout> layout;
  if (request.layout) layout = read_layout(*request.layout, request, problems);
  std::expected<calculon::Transformer, std::string> transformer = std::unexpected("");
  if (model) {
    transformer = calculon::transformer_of(*model, static_cast<int>(request.sequence.base_units()));
    if (!transformer) {
      problems.push_back({{},
                          "--model",
                          "a decoder of like blocks, such as gpt3-175b",
                          fmt::format("{} {}", model->name, transformer.error())});
    }
  }
  std::expected<calculon::Machine, std::string> machine = std::unexpected("");
  if (system) {
    machine = calculon::machine_of(*system);
    if (!machine) {
      problems.push_back({{},
                          "--system",
                          "a system with Calculon's figures, such as calculon-a100-80g",
                          fmt::format("{} {}", system->name, machine.error())});
    }
  }
  if (problems.empty() && layout) {
    for (const std::string& broken :
         calculon::execution_problems(layout->execution, *transformer)) {
      problems.push_back({{}, "--layout", "a layout that divides the job", broken});
    }
  }
  if (!problems.empty() || !model || !system || !transformer || !machine) {
    throw InputError(std::move(problems));
  }
  return {*std::move(model), *std::move(system), *transformer, *std::move(machine), space, layout};
}

}  // namespace offtake::api
