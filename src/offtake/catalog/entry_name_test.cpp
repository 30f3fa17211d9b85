#include "offtake/catalog/entry_name.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace offtake::catalog {
namespace {

TEST_CASE("names are compared without case, signs and the maker's prefix") {
  CHECK(normal_name("meta-llama/Llama-3.1_8B") == "llama-3-1-8b");
  CHECK(normal_name("p5.48xlarge") == "p5-48xlarge");
  CHECK(normal_name("TPU7x (Ironwood)") == "tpu7x-ironwood");
}

TEST_CASE("endings that leave a model's shape are taken off one by one") {
  CHECK(normal_model_names("Qwen/Qwen3-235B-A22B-Instruct-2507-FP8") ==
        std::vector<std::string>{"qwen3-235b-a22b-instruct-2507-fp8",
                                 "qwen3-235b-a22b-instruct-2507", "qwen3-235b-a22b-instruct",
                                 "qwen3-235b-a22b"});
  CHECK(normal_model_names("llama-3.1-8b") == std::vector<std::string>{"llama-3-1-8b"});
}

TEST_CASE("a normal name is its own normal name") {
  CHECK(rc::check([](const std::string& name) {
    RC_ASSERT(normal_name(normal_name(name)) == normal_name(name));
  }));
}

}  // namespace
}  // namespace offtake::catalog
