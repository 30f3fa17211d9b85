#include "offtake/perf/training_work.hpp"

#include <doctest/doctest.h>

#include "offtake/perf/training_example.hpp"

namespace offtake::perf {

TEST_CASE("GPT-3 trains at six FLOP a parameter and token, and a little for attention") {
  // 96 layers x 12 x 12288^2 = 173.95e9 in products, 51200 x 12288 = 0.63e9 in the output layer.
  // 6 x 174.57e9 = 1047.4e9. Scores: 3 x 96 x 4 x 12288 x 2048 / 2 = 14.5e9.
  const TrainingWork work = training_work(example::gpt3_175b(), 2048);
  const double products = 6.0 * (96 * 12.0 * 12288 * 12288 + 51200.0 * 12288);
  const double scores = 3.0 * 96 * 4 * 12288 * 1024;
  CHECK(model_flops_per_token(work) == doctest::Approx(products + scores));
  CHECK(model_flops_per_token(work) == doctest::Approx(6.0 * 175e9).epsilon(0.02));
}

TEST_CASE("only the experts that a token visits count") {
  // Qwen3 30B says 3.3e9 active; its input table, 151936 x 2048 = 0.31e9, is read, not multiplied.
  const TrainingWork work = training_work(example::qwen3_30b(), 1);
  CHECK(model_flops_per_token(work) / 6.0 == doctest::Approx(3.34e9 - 0.31e9).epsilon(0.01));
}

TEST_CASE("grouped queries project less than the heads' width for keys and values") {
  const LayerWork layer = training_work(example::llama_405b(), 8192).groups.front();
  CHECK(layer.projected_width == (128 + 2 * 8) * 128.0);
  CHECK(layer.kv_width == 2 * 8 * 128.0);
  CHECK(layer.attended_width == 16384);
}

}  // namespace offtake::perf
