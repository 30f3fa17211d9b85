#include <doctest/doctest.h>

#include <cmath>

#include "offtake/calculon/calculon_example.hpp"
#include "offtake/calculon/evaluation.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::calculon {
namespace {

using namespace offtake::literals;

/// The largest difference over the larger figure; both programs sum in doubles, in other orders.
constexpr double kTolerance = 1e-12;

/// A figure of the result file of Calculon (commit caa4b11, GPT-3 175B on systems/a100_80g.json
/// without its second memory) and the same of ours, in base units.
struct Figure {
  const char* field;
  double (*ours)(const Evaluation& of, const MemoryParts& offloaded);
  double on_512;
  double on_4096;
};

constexpr Figure kFigures[] = {
    {"block_fw_flops",
     [](const Evaluation& of, const MemoryParts&) { return of.block.forward.compute.base_units(); },
     3815843561472.0, 953998639104.0},
    {"block_fw_flops_time",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.forward.compute_time.base_units();
     },
     0.013028795005524065, 0.0033916976090688257},
    {"block_fw_mem_accessed",
     [](const Evaluation& of, const MemoryParts&) { return of.block.forward.memory.base_units(); },
     6115393536.0, 2057404416.0},
    {"block_fw_mem_time",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.forward.memory_time.base_units();
     },
     0.0033587839999999996, 0.0011728853333333332},
    {"block_fw_time",
     [](const Evaluation& of, const MemoryParts&) { return of.block.forward.time.base_units(); },
     0.01616589928449843, 0.004340483430607288},
    {"block_agrad_flops",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.input_gradient.compute.base_units();
     },
     3920055238656.0, 980108181504.0},
    {"block_agrad_flops_time",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.input_gradient.compute_time.base_units();
     },
     0.013479127029865945, 0.003481140245650022},
    {"block_agrad_mem_accessed",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.input_gradient.memory.base_units();
     },
     6467715072.0, 2296479744.0},
    {"block_agrad_mem_time",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.input_gradient.memory_time.base_units();
     },
     0.0035663146666666664, 0.0013066879999999996},
    {"block_agrad_time",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.input_gradient.time.base_units();
     },
     0.016823761975506973, 0.004563728733855151},
    {"block_wgrad_flops",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.weight_gradient.compute.base_units();
     },
     3711027904512.0, 927756976128.0},
    {"block_wgrad_flops_time",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.weight_gradient.compute_time.base_units();
     },
     0.01254232743902834, 0.0031935436316329283},
    {"block_wgrad_mem_accessed",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.weight_gradient.memory.base_units();
     },
     2516680704.0, 855736320.0},
    {"block_wgrad_mem_time",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.weight_gradient.memory_time.base_units();
     },
     0.0013763199999999999, 0.000507968},
    {"block_wgrad_time",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.weight_gradient.time.base_units();
     },
     0.01391864743902834, 0.0037015116316329285},
    {"block_re_flops",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.recompute.compute.base_units();
     },
     2940425207808.0, 0.0},
    {"block_re_flops_time",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.recompute.compute_time.base_units();
     },
     0.010075952159784076, 0.0},
    {"block_re_mem_accessed",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.recompute.memory.base_units();
     },
     6618808320.0, 0.0},
    {"block_re_mem_time",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.recompute.memory_time.base_units();
     },
     0.0036127999999999998, 0.0},
    {"block_re_time",
     [](const Evaluation& of, const MemoryParts&) { return of.block.recompute.time.base_units(); },
     0.001463967814017094, 0.0},
    {"block_optim_flops",
     [](const Evaluation& of, const MemoryParts&) { return of.optimizer.compute.base_units(); },
     622887936.0, 2491957248.0},
    {"block_optim_flops_time",
     [](const Evaluation& of, const MemoryParts&) {
       return of.optimizer.compute_time.base_units();
     },
     7.98574276923077e-05, 0.00031948169846153843},
    {"block_optim_mem_accessed",
     [](const Evaluation& of, const MemoryParts&) { return of.optimizer.state.base_units(); },
     679514112.0, 2718498816.0},
    {"block_optim_mem_time",
     [](const Evaluation& of, const MemoryParts&) { return of.optimizer.memory_time.base_units(); },
     0.000393276, 0.0014755200000000001},
    {"block_optim_time",
     [](const Evaluation& of, const MemoryParts&) { return of.optimizer.time().base_units(); },
     0.00047313342769230766, 0.0017950016984615382},
    {"baseblock_fw_tp_time",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.inner.forward.link.base_units();
     },
     0.0010360127671794873, 0.0016191823425641028},
    {"baseblock_fw_tp_time_exposed",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.inner.forward.exposed.base_units();
     },
     0.0010360127671794873, 0.0016191823425641028},
    {"baseblock_fw_tp_size",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.inner.forward.buffer.base_units();
     },
     201326592.0, 201326592.0},
    {"baseblock_agrad_tp_time",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.inner.backward.link.base_units();
     },
     0.0010360127671794873, 0.0016191823425641028},
    {"baseblock_agrad_tp_time_exposed",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.inner.backward.exposed.base_units();
     },
     0.0010360127671794873, 0.0016191823425641028},
    {"baseblock_bw_tp_size",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.inner.backward.buffer.base_units();
     },
     201326592.0, 201326592.0},
    {"baseblock_recomm_time",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.inner.again.link.base_units();
     },
     0.00020358326153846153, 0.0},
    {"baseblock_recomm_time_exposed",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.inner.again.exposed.base_units();
     },
     0.00020358326153846153, 0.0},
    {"baseblock_recomm_size",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.inner.again.buffer.base_units();
     },
     50331648.0, 0.0},
    {"edgeblock_fw_tp_time",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.last.forward.link.base_units();
     },
     0.0010360127671794873, 0.0016191823425641028},
    {"edgeblock_fw_tp_time_exposed",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.last.forward.exposed.base_units();
     },
     0.0010360127671794873, 0.0016191823425641028},
    {"edgeblock_fw_tp_size",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.last.forward.buffer.base_units();
     },
     201326592.0, 201326592.0},
    {"edgeblock_agrad_tp_time",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.last.backward.link.base_units();
     },
     0.0010360127671794873, 0.0016191823425641028},
    {"edgeblock_agrad_tp_time_exposed",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.last.backward.exposed.base_units();
     },
     0.0010360127671794873, 0.0016191823425641028},
    {"edgeblock_bw_tp_size",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.last.backward.buffer.base_units();
     },
     201326592.0, 201326592.0},
    {"edgeblock_recomm_time",
     [](const Evaluation& of, const MemoryParts&) { return of.block.last.again.link.base_units(); },
     0.00020358326153846153, 0.0},
    {"edgeblock_recomm_time_exposed",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.last.again.exposed.base_units();
     },
     0.00020358326153846153, 0.0},
    {"edgeblock_recomm_size",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.last.again.buffer.base_units();
     },
     50331648.0, 0.0},
    {"block_fw_pp_size",
     [](const Evaluation& of, const MemoryParts&) { return of.block.stage_message.base_units(); },
     25165824.0, 6291456.0},
    {"block_bw_pp_size",
     [](const Evaluation& of, const MemoryParts&) { return of.block.stage_message.base_units(); },
     25165824.0, 6291456.0},
    {"block_dp_size",
     [](const Evaluation& of, const MemoryParts&) { return of.block.memory.weights.base_units(); },
     1812037632.0, 453083136.0},
    {"block_weight_space",
     [](const Evaluation& of, const MemoryParts&) { return of.block.memory.weights.base_units(); },
     1812037632.0, 453083136.0},
    {"block_act_working_space",
     [](const Evaluation& of, const MemoryParts&) { return of.block.memory.working.base_units(); },
     1484783616.0, 446693376.0},
    {"block_act_storage_space",
     [](const Evaluation& of, const MemoryParts&) { return of.block.memory.stored.base_units(); },
     377487360.0, 434110464.0},
    {"block_act_checkpoint_size",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.memory.checkpoint.base_units();
     },
     0.0, 0.0},
    {"block_weight_grad_space",
     [](const Evaluation& of, const MemoryParts&) { return of.optimizer.gradients.base_units(); },
     113252352.0, 453083136.0},
    {"block_weight_grad_space_no_sharding",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.memory.whole_gradients.base_units();
     },
     3624075264.0, 906166272.0},
    {"block_act_grad_space",
     [](const Evaluation& of, const MemoryParts&) {
       return of.block.memory.activation_gradients.base_units();
     },
     1535115264.0, 459276288.0},
    {"block_optimizer_space",
     [](const Evaluation& of, const MemoryParts&) { return of.optimizer.state.base_units(); },
     679514112.0, 2718498816.0},
    {"weight_space_with_offload",
     [](const Evaluation&, const MemoryParts& offloaded) { return offloaded.weights.base_units(); },
     3624075264.0, 906166272.0},
    {"act_space_with_offload",
     [](const Evaluation&, const MemoryParts& offloaded) {
       return offloaded.activations.base_units();
     },
     1862270976.0, 880803840.0},
    {"act_checkpoint_size_with_offload",
     [](const Evaluation&, const MemoryParts& offloaded) {
       return offloaded.checkpoints.base_units();
     },
     0.0, 0.0},
    {"act_grad_space_with_offload",
     [](const Evaluation&, const MemoryParts& offloaded) {
       return offloaded.activation_gradients.base_units();
     },
     1535115264.0, 459276288.0},
    {"weight_grad_space_with_offload",
     [](const Evaluation&, const MemoryParts& offloaded) {
       return offloaded.weight_gradients.base_units();
     },
     3737327616.0, 1359249408.0},
    {"optimizer_space_with_offload",
     [](const Evaluation&, const MemoryParts& offloaded) {
       return offloaded.optimizer.base_units();
     },
     1359028224.0, 5436997632.0},
    {"weight_space",
     [](const Evaluation& of, const MemoryParts&) { return of.memory.chip.weights.base_units(); },
     10872225792.0, 2718498816.0},
    {"act_space",
     [](const Evaluation& of, const MemoryParts&) {
       return of.memory.chip.activations.base_units();
     },
     43008393216.0, 48198844416.0},
    {"act_checkpoint_size",
     [](const Evaluation& of, const MemoryParts&) {
       return of.memory.chip.checkpoints.base_units();
     },
     0.0, 0.0},
    {"act_grad_space",
     [](const Evaluation& of, const MemoryParts&) {
       return of.memory.chip.activation_gradients.base_units();
     },
     1535115264.0, 459276288.0},
    {"weight_grad_space",
     [](const Evaluation& of, const MemoryParts&) {
       return of.memory.chip.weight_gradients.base_units();
     },
     4190337024.0, 3171581952.0},
    {"optimizer_space",
     [](const Evaluation& of, const MemoryParts&) { return of.memory.chip.optimizer.base_units(); },
     4077084672.0, 16310992896.0},
    {"fw_time",
     [](const Evaluation& of, const MemoryParts&) { return of.time.forward.base_units(); },
     9.311557987871096, 1.2500592280148988},
    {"bw_time",
     [](const Evaluation& of, const MemoryParts&) { return of.time.backward.base_units(); },
     17.70762782277234, 2.3803892252605667},
    {"optim_step_time",
     [](const Evaluation& of, const MemoryParts&) { return of.time.optimizer.base_units(); },
     0.002838800566153846, 0.01077001019076923},
    {"recompute_time",
     [](const Evaluation& of, const MemoryParts&) { return of.time.recompute.base_units(); },
     0.8432454608738461, 0.0},
    {"recomm_link_time",
     [](const Evaluation& of, const MemoryParts&) { return of.link.recommunication.base_units(); },
     0.11726395864615384, 0.0},
    {"recomm_exposed_time",
     [](const Evaluation& of, const MemoryParts&) { return of.time.recommunication.base_units(); },
     0.11726395864615384, 0.0},
    {"bubble_time",
     [](const Evaluation& of, const MemoryParts&) { return of.time.bubble.base_units(); },
     0.7938727116342241, 0.24664993521835354},
    {"tp_comm_link_time",
     [](const Evaluation& of, const MemoryParts&) { return of.link.tensor.base_units(); },
     1.1934867077907694, 0.9326490293169232},
    {"pp_comm_link_time",
     [](const Evaluation& of, const MemoryParts&) { return of.link.pipeline.base_units(); },
     1.3115301888000002, 0.1725812736},
    {"dp_comm_link_time",
     [](const Evaluation& of, const MemoryParts&) { return of.link.data.base_units(); },
     0.9666600704, 0.12094216959999998},
    {"tp_comm_exposed_time",
     [](const Evaluation& of, const MemoryParts&) {
       return of.time.tensor_communication.base_units();
     },
     1.1934867077907694, 0.9326490293169232},
    {"pp_comm_exposed_time",
     [](const Evaluation& of, const MemoryParts&) {
       return of.time.pipeline_communication.base_units();
     },
     1.3115301888000002, 0.1725812736},
    {"dp_comm_exposed_time",
     [](const Evaluation& of, const MemoryParts&) {
       return of.time.data_communication.base_units();
     },
     0.9666600704, 0.12094216959999998},
    {"fw_offload_exposed_time",
     [](const Evaluation& of, const MemoryParts&) { return of.time.forward_offload.base_units(); },
     0.0, 0.0},
    {"bw_offload_exposed_time",
     [](const Evaluation& of, const MemoryParts&) { return of.time.backward_offload.base_units(); },
     0.0, 0.0},
    {"total_time",
     [](const Evaluation& of, const MemoryParts&) { return of.time.total().base_units(); },
     32.24808370935458, 5.114040871201511},
    {"proc_mem_tier1_cap_req",
     [](const Evaluation& of, const MemoryParts&) { return of.memory.chip.total().base_units(); },
     63683155968.0, 70859194368.0},
    {"proc_mem_tier2_cap_req",
     [](const Evaluation& of, const MemoryParts&) { return of.memory.host.total().base_units(); },
     0.0, 0.0},
    {"useful_flops",
     [](const Evaluation& of, const MemoryParts&) {
       return (of.block.forward.compute + of.block.input_gradient.compute +
               of.block.weight_gradient.compute + of.optimizer.compute)
           .base_units();
     },
     11447549592576.0, 2864355753984.0},
    {"total_efficiency", [](const Evaluation& of, const MemoryParts&) { return of.efficiency; },
     0.6553548390610417, 0.5170120385377435},
    {"sample_rate", [](const Evaluation& of, const MemoryParts&) { return of.sample_rate; },
     47.63073718871656, 300.3495745702022},
};

Evaluation evaluated(const Execution& execution, const Transformer& model) {
  const auto result = evaluate(execution, model, example::a100());
  REQUIRE(result.has_value());
  return *result;
}

/// What stays on a chip when all is offloaded.
MemoryParts offloaded(Execution execution) {
  execution.offload = {.weights = true, .activations = true, .optimizer = true};
  return evaluated(execution, example::gpt3_175b()).memory.chip;
}

bool agree(double ours, double theirs) {
  return std::abs(ours - theirs) <= kTolerance * std::abs(theirs);
}

}  // namespace

TEST_CASE("every figure of the best execution on 512 chips is Calculon's") {
  const Evaluation of = evaluated(example::gpt3_on_512(), example::gpt3_175b());
  const MemoryParts least = offloaded(example::gpt3_on_512());
  for (const Figure& figure : kFigures) {
    const double ours = figure.ours(of, least);
    INFO(figure.field, ": ours ", ours, ", theirs ", figure.on_512);
    CHECK(agree(ours, figure.on_512));
  }
}

TEST_CASE("every figure of the best execution on 4,096 chips is Calculon's") {
  const Evaluation of = evaluated(example::gpt3_on_4096(), example::gpt3_175b());
  const MemoryParts least = offloaded(example::gpt3_on_4096());
  for (const Figure& figure : kFigures) {
    const double ours = figure.ours(of, least);
    INFO(figure.field, ": ours ", ours, ", theirs ", figure.on_4096);
    CHECK(agree(ours, figure.on_4096));
  }
}

TEST_CASE("the validation point has the parts that Calculon prints, to their last digit") {
  const Evaluation of = evaluated(example::gpt3_on_64(), example::gpt3_175b());
  const auto printed = [](Seconds part, double seconds) {
    CHECK(std::abs(part.in(1.0_s) - seconds) <= 0.5e-4);
  };
  printed(of.time.total(), 13.6381);
  printed(of.time.forward, 3.3335);
  printed(of.time.backward, 6.3477);
  printed(of.time.optimizer, 0.0215);
  printed(of.time.recompute, 0.3185);
  printed(of.time.recommunication, 0.5357);
  printed(of.time.bubble, 0.4790);
  printed(of.time.tensor_communication, 2.4871);
  printed(of.time.pipeline_communication, 0.1151);
  CHECK(of.time.data_communication == Seconds{});
  CHECK(std::abs(of.sample_rate - 4.69) <= 0.5e-2);
  CHECK(std::abs(of.memory.chip.total().in(1.0_GiB) - 54.073) <= 0.5e-3);
  CHECK(std::abs(of.efficiency - 0.5170) <= 0.5e-4);
}

TEST_CASE("the table of its validation has the times that Calculon prints") {
  struct Run {
    const char* name;
    Transformer model;
    int pipeline;
    int interleaving;
    int micro_batch;
    int batch;
    double full;    ///< Seconds a batch with full recompute and all-reduces.
    double seqsel;  ///< With selective recompute and slices of the sequence.
  };
  const Run runs[] = {
      {"22B", example::megatron_22b(), 1, 1, 4, 4, 1.40, 1.14},
      {"175B", example::gpt3_175b(), 8, 3, 1, 64, 18.03, 13.64},
      {"530B", example::turing_530b(), 35, 3, 1, 280, 49.89, 34.47},
      {"1T", example::megatron_1t(), 64, 1, 1, 512, 90.08, 66.04},
  };
  for (const Run& run : runs) {
    INFO(run.name);
    Execution execution = example::gpt3_on_64();
    execution.block.micro_batch = run.micro_batch;
    execution.pipeline = run.pipeline;
    execution.interleaving = run.interleaving;
    execution.batch = run.batch;
    CHECK(std::abs(evaluated(execution, run.model).time.total().in(1.0_s) - run.seqsel) <= 0.5e-2);
    execution.block.gather_again = false;
    execution.block.recompute = Recompute::kFull;
    execution.block.exchange = TensorExchange::kAllReduce;
    CHECK(std::abs(evaluated(execution, run.model).time.total().in(1.0_s) - run.full) <= 0.5e-2);
  }
}

TEST_CASE("overlap and offload take and hold what Calculon's equations say") {
  // No result of Calculon with these is published. The figures are of a separate run of its
  // source's equations in Python, which repeats the result file of 512 chips to the last bit; the
  // executions were drawn at random, one for each mix of modes.
  struct Run {
    Execution execution;
    double total, tensor, data, offload;  ///< Seconds: the batch, and exposed parts of it.
    double chip, host;                    ///< Bytes.
  };
  const Run runs[] = {
      {{.block = {.tensor = 8,
                  .tensor_network = 1,
                  .micro_batch = 1,
                  .recompute = Recompute::kFull,
                  .exchange = TensorExchange::kSequence,
                  .overlap = TensorOverlap::kNone,
                  .gather_again = false,
                  .fused_activation = true},
        .pipeline = 8,
        .data = 1,
        .pipeline_network = 0,
        .data_network = 0,
        .batch = 2,
        .interleaving = 4,
        .sharded_optimizer = false,
        .data_overlap = false,
        .offload = {true, true, false}},
       4.672217895506397,
       0.4440935061661539,
       0.0,
       0.05928999419854247,
       40424865792.0,
       6909198336.0},
      {{.block = {.tensor = 1,
                  .tensor_network = 0,
                  .micro_batch = 1,
                  .recompute = Recompute::kFull,
                  .exchange = TensorExchange::kAllReduce,
                  .overlap = TensorOverlap::kNone,
                  .gather_again = false,
                  .fused_activation = true},
        .pipeline = 8,
        .data = 64,
        .pipeline_network = 1,
        .data_network = 1,
        .batch = 1536,
        .interleaving = 6,
        .sharded_optimizer = true,
        .data_overlap = true,
        .offload = {true, false, false}},
       77.23293886258436,
       0.0,
       0.7247009286993418,
       36.34853663864226,
       30168052224.0,
       43487723520.0},
      {{.block = {.tensor = 16,
                  .tensor_network = 1,
                  .micro_batch = 1,
                  .recompute = Recompute::kAttention,
                  .exchange = TensorExchange::kAllReduce,
                  .overlap = TensorOverlap::kPipe,
                  .gather_again = false,
                  .fused_activation = true},
        .pipeline = 8,
        .data = 1,
        .pipeline_network = 1,
        .data_network = 0,
        .batch = 2,
        .interleaving = 12,
        .sharded_optimizer = false,
        .data_overlap = false,
        .offload = {false, false, false}},
       1.9976047500787046,
       0.1803629781125341,
       0.0,
       0.0,
       29410295808.0,
       0.0},
      {{.block = {.tensor = 16,
                  .tensor_network = 1,
                  .micro_batch = 4,
                  .recompute = Recompute::kAttention,
                  .exchange = TensorExchange::kScatteredStages,
                  .overlap = TensorOverlap::kPipe,
                  .gather_again = false,
                  .fused_activation = true},
        .pipeline = 4,
        .data = 12,
        .pipeline_network = 0,
        .data_network = 1,
        .batch = 96,
        .interleaving = 4,
        .sharded_optimizer = false,
        .data_overlap = false,
        .offload = {true, true, true}},
       13.425402858079353,
       1.4367068447664213,
       0.242176768,
       3.2410898873259706,
       8771960832.0,
       103538491392.0},
      {{.block = {.tensor = 16,
                  .tensor_network = 1,
                  .micro_batch = 3,
                  .recompute = Recompute::kAttention,
                  .exchange = TensorExchange::kSequence,
                  .overlap = TensorOverlap::kPipe,
                  .gather_again = false,
                  .fused_activation = true},
        .pipeline = 8,
        .data = 4,
        .pipeline_network = 1,
        .data_network = 0,
        .batch = 12,
        .interleaving = 1,
        .sharded_optimizer = true,
        .data_overlap = true,
        .offload = {false, false, false}},
       6.955056563219433,
       0.538310471336495,
       0.0069814470153846155,
       0.0,
       10261635072.0,
       0.0},
      {{.block = {.tensor = 8,
                  .tensor_network = 0,
                  .micro_batch = 1,
                  .recompute = Recompute::kAttention,
                  .exchange = TensorExchange::kAllReduce,
                  .overlap = TensorOverlap::kPipe,
                  .gather_again = false,
                  .fused_activation = true},
        .pipeline = 1,
        .data = 8,
        .pipeline_network = 0,
        .data_network = 1,
        .batch = 32,
        .interleaving = 1,
        .sharded_optimizer = true,
        .data_overlap = true,
        .offload = {true, true, true}},
       21.021949237495583,
       0.13643341884235297,
       0.6450565535350956,
       14.796828887878132,
       4052250624.0,
       107777753088.0},
      {{.block = {.tensor = 24,
                  .tensor_network = 1,
                  .micro_batch = 3,
                  .recompute = Recompute::kNone,
                  .exchange = TensorExchange::kAllReduce,
                  .overlap = TensorOverlap::kRing,
                  .gather_again = false,
                  .fused_activation = false},
        .pipeline = 32,
        .data = 1,
        .pipeline_network = 1,
        .data_network = 0,
        .batch = 3,
        .interleaving = 1,
        .sharded_optimizer = false,
        .data_overlap = false,
        .offload = {false, false, false}},
       4.1656248958701,
       0.06828714654587238,
       0.0,
       0.0,
       8571420672.0,
       0.0},
      {{.block = {.tensor = 96,
                  .tensor_network = 1,
                  .micro_batch = 6,
                  .recompute = Recompute::kNone,
                  .exchange = TensorExchange::kAllReduce,
                  .overlap = TensorOverlap::kRing,
                  .gather_again = false,
                  .fused_activation = true},
        .pipeline = 4,
        .data = 2,
        .pipeline_network = 1,
        .data_network = 1,
        .batch = 24,
        .interleaving = 12,
        .sharded_optimizer = true,
        .data_overlap = false,
        .offload = {false, true, true}},
       12.0061153936583,
       2.4803188817247515,
       0.081700352,
       1.980889141580351,
       7367344128.0,
       87085154304.0},
      {{.block = {.tensor = 4,
                  .tensor_network = 1,
                  .micro_batch = 3,
                  .recompute = Recompute::kAttention,
                  .exchange = TensorExchange::kSequence,
                  .overlap = TensorOverlap::kRing,
                  .gather_again = true,
                  .fused_activation = true},
        .pipeline = 8,
        .data = 24,
        .pipeline_network = 0,
        .data_network = 1,
        .batch = 72,
        .interleaving = 1,
        .sharded_optimizer = false,
        .data_overlap = true,
        .offload = {false, true, true}},
       22.07943679509644,
       0.139953470876629,
       0.04915341870933333,
       1.7496586927453277,
       29106929664.0,
       83508461568.0},
  };
  for (const Run& run : runs) {
    const Evaluation of = evaluated(run.execution, example::gpt3_175b());
    CHECK(agree(of.time.total().base_units(), run.total));
    CHECK(agree(of.time.tensor_communication.base_units(), run.tensor));
    CHECK(agree(of.time.data_communication.base_units(), run.data));
    CHECK(agree((of.time.forward_offload + of.time.backward_offload).base_units(), run.offload));
    CHECK(agree(of.memory.chip.total().base_units(), run.chip));
    CHECK(agree(of.memory.host.total().base_units(), run.host));
  }
}

}  // namespace offtake::calculon
