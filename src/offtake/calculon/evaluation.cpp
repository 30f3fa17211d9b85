#include "offtake/calculon/evaluation.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "offtake/base/expects.hpp"
#include "offtake/calculon/block_operations.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::calculon {

using namespace literals;

namespace {

struct Describe {
  std::string operator()(const OffNetwork& off) const {
    return fmt::format("{} ranks do not lie on network {} of {} chips", off.ranks, off.network,
                       off.chips);
  }
  std::string operator()(const TooFewBlocks& few) const {
    return fmt::format("offloading needs {} blocks a stage, and there are {}", kBlocksToOffload,
                       few.blocks);
  }
  std::string operator()(const DoesNotFit& lack) const {
    return fmt::format("needs {:.2f} GiB of the {}'s memory and there are {:.2f} GiB",
                       lack.needed.in(1.0_GiB), lack.on_host ? "host" : "chip",
                       lack.available.in(1.0_GiB));
  }
};

double efficiency(const Execution& execution, const Evaluation& evaluation, const StageShape& stage,
                  const Machine& machine) {
  const Flops block = evaluation.block.forward.compute + evaluation.block.input_gradient.compute +
                      evaluation.block.weight_gradient.compute + evaluation.optimizer.compute;
  const double passes = static_cast<double>(stage.blocks) * execution.micro_batches();
  return passes * block / machine.matrix.peak / evaluation.time.total();
}

}  // namespace

std::string describe(const Refusal& refusal) { return std::visit(Describe{}, refusal); }

std::vector<std::string> execution_problems(const Execution& execution, const Transformer& model) {
  std::vector<std::string> problems;
  const auto refuse = [&](bool broken, std::string_view text, const auto&... figures) {
    if (broken) problems.push_back(fmt::vformat(text, fmt::make_format_args(figures...)));
  };
  const BlockOptions& block = execution.block;
  const int blocks = stage_shape(model.blocks, execution).blocks;
  refuse(!model.splits_over(block.tensor),
         "heads, hidden size and feed-forward do not all divide by tp={}", block.tensor);
  refuse(execution.pipeline > model.blocks, "pp={} is more than the {} blocks", execution.pipeline,
         model.blocks);
  refuse(execution.batch % execution.data != 0 ||
             execution.batch / execution.data % block.micro_batch != 0,
         "a batch of {} does not divide by dp={} and micro={}", execution.batch, execution.data,
         block.micro_batch);
  refuse(block.exchange != TensorExchange::kAllReduce &&
             static_cast<long>(block.micro_batch) * model.sequence % block.tensor != 0,
         "the tokens of a micro-batch are not sliced evenly by tp={}", block.tensor);
  refuse(blocks % execution.interleaving != 0, "the {} blocks of a stage do not divide by vpp={}",
         blocks, execution.interleaving);
  refuse(execution.pipeline == 1 && execution.interleaving > 1, "vpp={} with one stage",
         execution.interleaving);
  refuse(execution.data == 1 && execution.sharded_optimizer, "one replica shares no optimizer");
  refuse(execution.data == 1 && execution.data_overlap, "one replica exchanges no gradients");
  refuse(block.tensor == 1 && block.overlap != TensorOverlap::kNone,
         "one tensor rank has no exchange to overlap");
  refuse(block.gather_again && block.exchange != TensorExchange::kSequence,
         "only slices of the sequence are gathered again");
  refuse(block.gather_again && block.recompute == Recompute::kFull,
         "full recompute gathers again anyway");
  return problems;
}

std::expected<void, OffNetwork> lie_on_networks(const Execution& execution,
                                                const Machine& machine) {
  std::array<int, 2> ranks{1, 1};
  const auto put = [&](int network, int degree) {
    ranks.at(static_cast<std::size_t>(network)) *= degree;
  };
  put(execution.block.tensor_network, execution.block.tensor);
  put(execution.pipeline_network, execution.pipeline);
  put(execution.data_network, execution.data);
  for (std::size_t index = 0; index < ranks.size(); ++index) {
    const Network& network = machine.networks[index];
    const bool holds = ranks[index] <= network.chips &&
                       (!network.must_be_filled || network.chips % ranks[index] == 0);
    if (!holds) {
      return std::unexpected(OffNetwork{static_cast<int>(index), ranks[index], network.chips});
    }
  }
  return {};
}

std::expected<void, DoesNotFit> fit(const MemoryUse& use, const Machine& machine) {
  const Bytes chip = use.chip.total();
  const Bytes host = use.host.total();
  if (chip > machine.memory.capacity) {
    return std::unexpected(DoesNotFit{chip, machine.memory.capacity, false});
  }
  if (host > machine.host_memory.capacity) {
    return std::unexpected(DoesNotFit{host, machine.host_memory.capacity, true});
  }
  return {};
}

std::expected<Evaluation, Refusal> evaluate(const Execution& execution, const Transformer& model,
                                            const Machine& machine) {
  expects(execution_problems(execution, model).empty(), "the execution keeps the model's rules");
  if (const auto lie = lie_on_networks(execution, machine); !lie) {
    return std::unexpected(lie.error());
  }
  const StageShape stage = stage_shape(model.blocks, execution);
  if (execution.offload.any() && stage.blocks < kBlocksToOffload) {
    return std::unexpected(TooFewBlocks{stage.blocks});
  }
  const std::vector<Operation> operations = block_operations(model, execution.block);
  Evaluation result{.block = block_cost(model, operations, execution.block, machine),
                    .optimizer = optimizer_cost(operations, execution.optimizer_ranks(), machine)};
  result.memory = memory_use(execution, stage, result.block.memory, result.optimizer);
  if (const auto fits = fit(result.memory, machine); !fits) return std::unexpected(fits.error());
  const BatchCosts costs{result.block, result.optimizer, machine, stage};
  result.time = batch_time(execution, costs);
  result.link = link_time(execution, costs);
  result.sample_rate = execution.batch / result.time.total().base_units();
  result.efficiency = efficiency(execution, result, stage, machine);
  return result;
}

}  // namespace offtake::calculon
