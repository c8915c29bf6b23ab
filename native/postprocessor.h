// Post-processors (special tokens around the ids), truncation and padding, for single sequences.
#pragma once
#include <memory>
#include <vector>

#include "fields.h"
#include "id_buffer.h"

namespace scalesweep {

struct PostProcessing {
  /** A special token, or the text itself. */
  struct Part {
    bool isText;
    std::vector<uint32_t> ids;
  };
  std::vector<Part> parts{{true, {}}};
  /** How many places truncation reserves for special tokens. */
  uint32_t added = 0;

  bool addsNothing() const { return parts.size() == 1 && parts[0].isText; }
};

inline PostProcessing readTemplate(const Fields& fields) {
  PostProcessing result;
  result.parts.clear();
  const Json& special = fields.required("special_tokens");
  for (const Json& item : fields.required("single").items) {
    if (const Json* sequence = item.find("Sequence")) {
      if (Fields(*sequence, "a piece of the template").text("id") != "A") {
        throw LoadError("the single template of the TemplateProcessing post_processor uses the second sequence");
      }
      result.parts.push_back({true, {}});
      continue;
    }
    const Json* token = item.find("SpecialToken");
    if (!token) throw LoadError("a piece of the TemplateProcessing template is neither Sequence nor SpecialToken");
    const std::string name = Fields(*token, "a piece of the template").text("id");
    const Json* entry = special.find(name);
    if (!entry) throw LoadError("the TemplateProcessing template uses `" + name + "`, which its special_tokens lack");
    PostProcessing::Part part{false, {}};
    for (const Json& id : Fields(*entry, "a special token of the template").required("ids").items) {
      part.ids.push_back(asCount(id, "an id of the template"));
    }
    result.added += static_cast<uint32_t>(part.ids.size());
    result.parts.push_back(std::move(part));
  }
  return result;
}

/** cls before the text and sep behind it. */
inline PostProcessing readPair(const Fields& fields) {
  const auto idOf = [&](const char* name) {
    const std::string where = "\"" + std::string(name) + "\" of " + fields.where();
    const Json& pair = fields.required(name);
    if (!pair.isArray() || pair.items.size() != 2) throw LoadError("expected " + where + " to be a token and its id");
    return asCount(pair.items[1], "the id of " + where);
  };
  return {{{false, {idOf("cls")}}, {true, {}}, {false, {idOf("sep")}}}, 2};
}

PostProcessing readPostProcessor(const Json* section);

inline PostProcessing readProcessors(const Fields& fields) {
  PostProcessing result;
  for (const Json& section : fields.required("processors").items) {
    PostProcessing step = readPostProcessor(&section);
    if (step.addsNothing()) continue;
    if (!result.addsNothing()) throw LoadError("a Sequence of post_processors of which two add tokens is not supported");
    result = std::move(step);
  }
  return result;
}

inline PostProcessing readPostProcessor(const Json* section) {
  if (!section) return {};
  static const Reader<PostProcessing> kTypes[] = {
      {"BertProcessing", readPair}, {"ByteLevel", [](const Fields&) { return PostProcessing(); }}, {"RobertaProcessing", readPair},
      {"Sequence", readProcessors}, {"TemplateProcessing", readTemplate},
  };
  return readByType<PostProcessing>(kTypes, Fields(*section, "the post_processor"), "post_processor");
}

struct Truncation {
  uint32_t maxLength;
  bool left, onlySecond;
};

inline std::unique_ptr<Truncation> readTruncation(const Json* section) {
  if (!section) return nullptr;
  const Fields fields(*section, "the truncation section");
  fields.count("stride");
  return std::make_unique<Truncation>(Truncation{fields.count("max_length"), fields.text("direction", "Right") == "Left", fields.text("strategy") == "OnlySecond"});
}

struct Padding {
  bool fixed, left;
  uint32_t length, multipleOf, id;
};

inline std::unique_ptr<Padding> readPadding(const Json* section) {
  if (!section) return nullptr;
  const Fields fields(*section, "the padding section");
  const Json& strategy = fields.required("strategy");
  const bool fixed = strategy.isObject();
  const uint32_t length = fixed ? Fields(strategy, "the padding strategy").count("Fixed") : 0;
  return std::make_unique<Padding>(Padding{fixed, fields.text("direction") == "Left", length, fields.count("pad_to_multiple_of", 0), fields.count("pad_id")});
}

}  // namespace scalesweep
