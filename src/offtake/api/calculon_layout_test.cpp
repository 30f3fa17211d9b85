#include "offtake/api/calculon_layout.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

#include "offtake/calculon/random_execution.hpp"

namespace offtake::api {

TEST_CASE("what is left out of a layout is one, none or no") {
  std::vector<Problem> problems;
  const CalculonLayout layout = read_calculon_layout("tp=8,pp=4,cp=1", problems);
  CHECK(problems.empty());
  CHECK(!layout.networks_given);
  CHECK(layout.execution == calculon::Execution{.block = {.tensor = 8}, .pipeline = 4});
}

TEST_CASE("every setting of a layout is read") {
  std::vector<Problem> problems;
  const CalculonLayout layout = read_calculon_layout(
      "tp=2,pp=3,dp=4,vpp=5,micro=6,recompute=selective,sharding=zero1,comm=rs_ag,redo=yes,"
      "tp_overlap=pipe,dp_overlap=yes,fused=no,nets=011,offload=weights+optimizer",
      problems);
  CHECK(problems.empty());
  CHECK(layout.networks_given);
  CHECK(layout.execution ==
        calculon::Execution{.block = {.tensor = 2,
                                      .tensor_network = 0,
                                      .micro_batch = 6,
                                      .recompute = calculon::Recompute::kAttention,
                                      .exchange = calculon::TensorExchange::kSequence,
                                      .overlap = calculon::TensorOverlap::kPipe,
                                      .gather_again = true,
                                      .fused_activation = false},
                            .pipeline = 3,
                            .data = 4,
                            .pipeline_network = 1,
                            .data_network = 1,
                            .interleaving = 5,
                            .sharded_optimizer = true,
                            .data_overlap = true,
                            .offload = {.weights = true, .optimizer = true}});
}

TEST_CASE("every setting that cannot be is refused") {
  std::vector<Problem> problems;
  read_calculon_layout(
      "tp=0,pp=x,dp=1000001,cp=2,recompute=some,comm=tree,redo=maybe,nets=012,offload=bias,zp=3",
      problems);
  CHECK(problems.size() == 10);
}

TEST_CASE("a layout's text gives the layout again") {
  CHECK(rc::check([] {
    calculon::Execution execution = calculon::random_execution(calculon::random_transformer());
    std::vector<Problem> problems;
    const CalculonLayout layout = read_calculon_layout(layout_text(execution), problems);
    execution.batch = layout.execution.batch;
    RC_ASSERT(problems.empty());
    RC_ASSERT(layout.execution == execution);
  }));
}

}  // namespace offtake::api
