#include "offtake/fidelity/run_notes.hpp"

#include <doctest/doctest.h>

namespace offtake::fidelity {

TEST_CASE("a compiled batch limits the running sequences and is computed whole") {
  const RunNotes once =
      read_notes("mode throughput; compiled max batch 32 per replica, max seq 4096; TP counts");
  CHECK(once.prompt_compiled == 4096.0);
  CHECK(once.batch_compiled == 32.0);
  CHECK(once.sequences_max == 32.0);
  CHECK(read_notes("throughput; compiled batch 4 per replica; users 8").batch_compiled == 4.0);
  CHECK_FALSE(read_notes("max-num-seqs 64").batch_compiled.has_value());
  CHECK(read_notes("max-num-seqs 64").sequences_max == 64.0);
}

TEST_CASE("notes that say nothing of a run leave every field at rest") {
  const RunNotes notes = read_notes("static batching; no speculative decoding");
  CHECK_FALSE(notes.lengths_vary);
  CHECK_FALSE(notes.speculative);
  CHECK_FALSE(notes.requests_rate.has_value());
  CHECK_FALSE(notes.sequences_max.has_value());
  CHECK_FALSE(notes.pools.has_value());
  CHECK(notes.benchmark.empty());
}

TEST_CASE("lengths, attention data parallelism and the cut of experts are read from InferenceX") {
  const RunNotes notes = read_notes(
      "dp=attention DP; moe_tp=4; InferenceX run (lengths drawn from 0.8-1.0 of nominal)");
  CHECK(notes.lengths_vary);
  CHECK(notes.expert_tensor == 4);
  CHECK_FALSE(notes.attention_data);
  CHECK(read_notes("attention DP on; spec_decode=none").attention_data);
}

TEST_CASE("each way of drafting is speculation, and its lengths are read") {
  CHECK(read_notes("InferenceX; spec_decode=mtp").speculative);
  CHECK_FALSE(read_notes("InferenceX; spec_decode=none").speculative);
  const RunNotes eagle = read_notes("EAGLE3, 3 tokens drafted, acceptance length 2.7");
  CHECK(eagle.speculative);
  CHECK(eagle.drafted == 3);
  CHECK(eagle.accepted == 2.7);
  const RunNotes draft = read_notes("speculative decoding with a draft model of 1B");
  CHECK(draft.speculative);
  CHECK(draft.draft_model);
}

TEST_CASE("a benchmark's name ends where its word does") {
  const RunNotes notes = read_notes(
      "MLPerf closed Interactive submitter Cisco availability available benchmark llama2-70b-99; "
      "dataset lengths vary");
  CHECK(notes.benchmark == "llama2-70b-99");
  CHECK(notes.interactive);
  CHECK_FALSE(read_notes("MLPerf closed Server submitter A benchmark gptj-99").interactive);
}

TEST_CASE("rates and limits of sequences are read in each source's words") {
  CHECK(read_notes("mode asynchronous@0.38 req/sec").requests_rate == 0.38);
  CHECK(read_notes("request rate 2.5/s").requests_rate == 2.5);
  CHECK(read_notes("random, max-num-seqs 256, x").sequences_max == 256.0);
  CHECK(read_notes("compiled max batch 32 per replica").sequences_max == 32.0);
  CHECK(read_notes("compiled batch 8 per replica").sequences_max == 8.0);
  CHECK(read_notes("TP8 logical cores").cores_per_replica == 8);
}

TEST_CASE("tokens of a step and requests are read in each source's words") {
  const RunNotes tpu = read_notes(
      "vllm bench serve, random, 3000 prompts, max-num-seqs 256, max-num-batched-tokens 512");
  CHECK(tpu.requests == 3000.0);
  CHECK(tpu.step_tokens == 512.0);
  CHECK_FALSE(tpu.step_beyond_prompt.has_value());
  CHECK(read_notes("moe_tp=1; NVIDIA gap-analysis run").step_beyond_prompt == 1500.0);
  const RunNotes silent = read_notes("random data; 50 prompts at c=1, 400 above");
  CHECK_FALSE(silent.requests.has_value());
  CHECK_FALSE(silent.step_tokens.has_value());
}

TEST_CASE("pools by layout need the numbers of workers") {
  CHECK_FALSE(read_notes("disagg prefill x(tp4 pp1 dp1 moe_tp1 ep4) decode x(tp8 pp1 dp1 moe_tp2 "
                         "ep4) decode_batch=")
                  .pools.has_value());
  const auto pools = read_notes(
                         "disagg prefill 1x(tp4 pp1 dp1 moe_tp1 ep4) decode 2x(tp1 pp2 dp8 "
                         "moe_tp1 ep8) decode_batch=16")
                         .pools;
  REQUIRE(pools.has_value());
  CHECK(pools->prefill.workers == 1);
  CHECK(pools->prefill.tensor == 4);
  CHECK(pools->prefill.expert == 4);
  CHECK(pools->decode.workers == 2);
  CHECK(pools->decode.pipeline == 2);
  CHECK(pools->decode.data == 8);
}

TEST_CASE("pools by chips: with attention data parallelism the degree is of data") {
  const auto pools = read_notes(
                         "disagg prefill gpus=8 workers=2 tp4 ep1 dpattn=False; decode "
                         "gpus=16 workers=1 tp16 ep16 dpattn=True")
                         .pools;
  REQUIRE(pools.has_value());
  CHECK(pools->prefill.chips == 8);
  CHECK(pools->prefill.workers == 2);
  CHECK(pools->prefill.tensor == 4);
  CHECK(pools->prefill.data == 1);
  CHECK(pools->decode.tensor == 1);
  CHECK(pools->decode.data == 16);
  CHECK(pools->decode.expert == 16);
}

TEST_CASE("pools by workers and by degree") {
  const auto workers = read_notes("1 prefill + 3 decode workers of TP2; nominal 128/2048").pools;
  REQUIRE(workers.has_value());
  CHECK(workers->decode.workers == 3);
  CHECK(workers->decode.tensor == 2);
  // 16 chips in groups of 16 experts are one worker; 8 chips of TP4 are two.
  const auto degree = read_notes("prefill 8 GPU TP=4; decode 16 GPU EP=16").pools;
  REQUIRE(degree.has_value());
  CHECK(degree->prefill.workers == 2);
  CHECK(degree->decode.workers == 1);
  CHECK(degree->decode.data == 16);
}

TEST_CASE("pools whose split was not recorded, or of which one is told, are not stated") {
  CHECK_FALSE(read_notes("gpu split not recorded; prefill 8 GPU TP=4; decode 16 GPU EP=16")
                  .pools.has_value());
  CHECK_FALSE(read_notes("prefill gpus=8 workers=2 tp4 ep1 dpattn=False").pools.has_value());
}

}  // namespace offtake::fidelity
