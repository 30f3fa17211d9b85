#pragma once

#include "offtake/api/request.hpp"
#include "offtake/api/response.hpp"
#include "offtake/base/parallel.hpp"
#include "offtake/catalog/catalog.hpp"

namespace offtake::api {

/// The best deployment of a model on each system; a true no when no system has one.
Response answer_size(const SizeRequest& request, const catalog::Catalog& catalog,
                     Parallelism parallelism, int width);

/// The errors of the model of operations against measured ones, by chip, stack and format.
Response answer_operations(const OperationsRequest& request, const catalog::Catalog& catalog,
                           Parallelism parallelism, int width);

/// A training step, its layout and memory; a true no when no layout fits.
Response answer_train(const TrainRequest& request, const catalog::Catalog& catalog,
                      Parallelism parallelism);

/// The same as the program says that `request.profile` names.
Response answer_train_by_profile(const TrainRequest& request, const catalog::Catalog& catalog,
                                 Parallelism parallelism);

}  // namespace offtake::api
