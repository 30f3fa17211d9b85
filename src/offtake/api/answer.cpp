#include "offtake/api/answer.hpp"

#include <chrono>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <variant>

#include "offtake/api/book_answer.hpp"
#include "offtake/api/calibrate_answer.hpp"
#include "offtake/api/catalog_answer.hpp"
#include "offtake/api/perf_answer.hpp"
#include "offtake/api/replay_answer.hpp"
#include "offtake/api/solve_answer.hpp"
#include "offtake/api/validate_answer.hpp"
#include "offtake/catalog/catalog.hpp"

namespace offtake::api {
namespace {

using Json = nlohmann::ordered_json;

template <class>
inline constexpr bool kUnknownRequest = false;

Response dispatch(const Request& request, const Surroundings& around) {
  return std::visit(
      [&](const auto& asked) -> Response {
        using Asked = std::decay_t<decltype(asked)>;
        if constexpr (std::is_same_v<Asked, StressRequest>) {
          return answer_stress(asked, around);  // Needs no catalog, nor does the next.
        } else if constexpr (std::is_same_v<Asked, SolveRequest>) {
          return answer_solve(asked, around);
        } else {
          const catalog::Catalog catalog =
              around.fit ? catalog::load_catalog(around.catalog_folder, *around.fit)
                         : catalog::load_catalog(around.catalog_folder);
          if constexpr (std::is_same_v<Asked, CatalogListRequest>) {
            return answer_catalog_list(asked, catalog, around.width);
          } else if constexpr (std::is_same_v<Asked, CatalogShowRequest>) {
            return answer_catalog_show(asked, catalog, around.width);
          } else if constexpr (std::is_same_v<Asked, SizeRequest>) {
            return answer_size(asked, catalog, around.parallelism, around.width);
          } else if constexpr (std::is_same_v<Asked, OperationsRequest>) {
            return answer_operations(asked, catalog, around.parallelism, around.width);
          } else if constexpr (std::is_same_v<Asked, TrainRequest>) {
            return answer_train(asked, catalog, around.parallelism);
          } else if constexpr (std::is_same_v<Asked, PlanRequest>) {
            return answer_plan(asked, catalog, around);
          } else if constexpr (std::is_same_v<Asked, ValidateRequest>) {
            return answer_validate(asked, catalog, around);
          } else if constexpr (std::is_same_v<Asked, ReplayRequest>) {
            return answer_replay(asked, catalog, around);
          } else if constexpr (std::is_same_v<Asked, CalibrateRequest>) {
            return answer_calibrate(asked, catalog, around);
          } else {
            static_assert(kUnknownRequest<Asked>, "every request has an answer");
          }
        }
      },
      request);
}

}  // namespace

Response answer(const Request& request, const Surroundings& surroundings) {
  const auto begin = std::chrono::steady_clock::now();
  Response response = dispatch(request, surroundings);
  if (std::holds_alternative<PlanRequest>(request) ||
      std::holds_alternative<StressRequest>(request)) {
    // Only the printed answer tells the time: the files of a run must repeat byte by byte.
    Json json = Json::parse(response.json);
    json["elapsed_s"] =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    response.json = json.dump(2);
  }
  return response;
}

std::string error_json(const InputError& error) {
  Json problems = Json::array();
  for (const Problem& problem : error.problems()) {
    problems.push_back({{"file", problem.place.file},
                        {"line", problem.place.line},
                        {"column", problem.place.column},
                        {"path", problem.path},
                        {"expected", problem.expected},
                        {"found", problem.found}});
  }
  return Json{{"error", {{"message", error.what()}, {"problems", problems}}}}.dump(2);
}

std::string error_json(std::string_view message) {
  return Json{{"error", {{"message", message}, {"problems", Json::array()}}}}.dump(2);
}

}  // namespace offtake::api
