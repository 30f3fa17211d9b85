#include "offtake/fidelity/run_notes.hpp"

#include <doctest/doctest.h>

namespace offtake::fidelity {

TEST_CASE("a compiled batch limits the running sequences and is computed whole") {
  const RunNotes once = read_notes("mode throughput; compiled max batch 32 per replica, max seq");
  CHECK(once.batch_compiled == 32.0);
  CHECK(once.sequences_max == 32.0);
  CHECK(read_notes("throughput; compiled batch 4 per replica; users 8").batch_compiled == 4.0);
  CHECK_FALSE(read_notes("max-num-seqs 64").batch_compiled.has_value());
  CHECK(read_notes("max-num-seqs 64").sequences_max == 64.0);
}

}  // namespace offtake::fidelity
