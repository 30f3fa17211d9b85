#pragma once

#include "offtake/api/request.hpp"
#include "offtake/api/response.hpp"
#include "offtake/catalog/catalog.hpp"

namespace offtake::api {

Response answer_catalog_list(const CatalogListRequest& request, const catalog::Catalog& catalog,
                             int width);
Response answer_catalog_show(const CatalogShowRequest& request, const catalog::Catalog& catalog,
                             int width);

}  // namespace offtake::api
