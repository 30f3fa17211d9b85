#include "offtake/yaml/document.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

namespace offtake::yaml {
namespace {

/// Builds the tree from the parser's events; yaml-cpp's own tree is several times slower and does
/// not keep where a key stands.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(Document& document) : document_(document) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    take(node_at(mark, Node::Kind::kNull));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Node node = node_at(mark, Node::Kind::kNull);
    note(node, "", "the value written out", "an alias");
    take(std::move(node));
  }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                const std::string& text) override {
    Node node = node_at(mark, Node::Kind::kScalar);
    node.text = text;
    take(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open_.push_back({node_at(mark, Node::Kind::kList), {}, false});
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open_.push_back({node_at(mark, Node::Kind::kMapping), {}, false});
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    Node key;  ///< Of the entry whose value comes next.
    bool has_key = false;
  };

  static Node node_at(const YAML::Mark& mark, Node::Kind kind) {
    Node node;
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    return node;
  }

  void note(const Node& node, std::string path, std::string expected, std::string found) {
    document_.problems.push_back({{document_.file, node.line, node.column},
                                  std::move(path),
                                  std::move(expected),
                                  std::move(found)});
  }

  void close() {
    Node node = std::move(open_.back().node);
    open_.pop_back();
    take(std::move(node));
  }

  /// Puts a finished value where it belongs.
  void take(Node node) {
    if (open_.empty()) {
      document_.root = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == Node::Kind::kList) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.has_key) {
      parent.key = std::move(node);
      parent.has_key = true;
    } else {
      add_entry(parent, std::move(node));
      parent.has_key = false;
    }
  }

  void add_entry(Open& parent, Node value) {
    if (value.kind == Node::Kind::kNull) {  // The parser says where the next thing stands.
      value.line = parent.key.line;
      value.column = parent.key.column;
    }
    if (parent.key.kind != Node::Kind::kScalar) {
      note(parent.key, "", "a key that is plain text", "another kind of value");
      return;
    }
    const auto same = std::ranges::find(parent.node.entries, parent.key.text,
                                        [](const Entry& entry) { return entry.key.text; });
    if (same != parent.node.entries.end()) {
      note(parent.key, "", "each key once",
           fmt::format("\"{}\", which line {} gives already", parent.key.text, same->key.line));
      return;
    }
    parent.node.entries.push_back({std::move(parent.key), std::move(value)});
  }

  Document& document_;
  std::vector<Open> open_;
};

}  // namespace

Document parse_document(std::string_view text, std::string file) {
  Document document{.file = std::move(file), .root = {}, .problems = {}};
  document.root.line = 1;
  document.root.column = 1;
  std::istringstream stream{std::string(text)};
  try {
    YAML::Parser parser(stream);
    TreeBuilder builder(document);
    parser.HandleNextDocument(builder);
    Document rest{.file = document.file, .root = {}, .problems = {}};
    TreeBuilder ignored(rest);
    if (parser.HandleNextDocument(ignored)) {
      document.problems.push_back({{document.file, rest.root.line, rest.root.column},
                                   "",
                                   "one document in a file",
                                   "a second one"});
    }
  } catch (const YAML::Exception& error) {
    throw InputError({{{document.file, error.mark.line + 1, error.mark.column + 1},
                       "",
                       "text in YAML",
                       "a mistake: " + error.msg}});
  }
  return document;
}

Document read_document(const std::filesystem::path& path, std::string file) {
  if (file.empty()) file = path.string();
  std::ifstream stream(path, std::ios::binary);
  if (!stream.is_open() || std::filesystem::is_directory(path)) {
    throw InputError({{{file, 0, 0}, "", "a file that can be read", "none"}});
  }
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  return parse_document(text, std::move(file));
}

}  // namespace offtake::yaml
