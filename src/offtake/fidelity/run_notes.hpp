#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace offtake::fidelity {

/// One pool of a disaggregated run, as notes tell it.
struct PoolNotes {
  int workers = 1;
  std::optional<int> chips;  ///< Of all workers.
  int tensor = 1;
  int pipeline = 1;
  int data = 1;                 ///< Attention data parallelism.
  bool attention_data = false;  ///< It is on, whatever its stated degree.
  int expert = 1;
};

struct PoolsNotes {
  PoolNotes prefill;
  PoolNotes decode;
};

/// What the free text of a measurement says of how the run was made.
struct RunNotes {
  bool lengths_vary = false;            ///< Drawn from 0.8 to 1.0 of the nominal ones.
  bool attention_data = false;          ///< Attention data parallelism is on, its degree not given.
  bool speculative = false;             ///< MTP, EAGLE or a draft model.
  bool draft_model = false;             ///< A smaller model drafts.
  std::string benchmark;                ///< As MLPerf names it: "llama2-70b-99.9".
  bool interactive = false;             ///< MLPerf's scenario of that name.
  std::optional<double> accepted;       ///< Tokens accepted a step.
  std::optional<int> drafted;           ///< Tokens drafted a step.
  std::optional<int> expert_tensor;     ///< Tensor parallelism inside experts.
  std::optional<double> requests_rate;  ///< A second, offered.
  std::optional<double> sequences_max;  ///< That run at a time, of one replica.
  std::optional<double> batch_compiled;   ///< That every step computes, of one replica.
  std::optional<double> prompt_compiled;  ///< Tokens as which every prompt is computed.
  std::optional<double> step_tokens;      ///< Of a step of a rank at most, decodes included.
  /// Prompt tokens of a step of a rank at most, beyond those of one prompt.
  std::optional<double> step_beyond_prompt;
  std::optional<double> requests;        ///< That are sent in all.
  std::optional<int> cores_per_replica;  ///< Where chips are counted by cores: "TP8 logical cores".
  std::optional<PoolsNotes> pools;
};

RunNotes read_notes(std::string_view notes);

}  // namespace offtake::fidelity
