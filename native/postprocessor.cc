#include "postprocessor.h"

namespace scalesweep {

namespace {
uint32_t idOfPair(const Fields& fields, const char* name) {
  const Json& pair = fields.required(name);
  if (!pair.isArray() || pair.items.size() != 2) {
    throw LoadError("expected \"" + std::string(name) + "\" of " + fields.where() + " to be a token and its id");
  }
  return asCount(pair.items[1], "the id of \"" + std::string(name) + "\" of " + fields.where());
}

PostProcessing readTemplate(const Fields& fields) {
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

bool addsNothing(const PostProcessing& processing) {
  return processing.parts.size() == 1 && processing.parts[0].isText;
}

PostProcessing readSequence(const Fields& fields) {
  PostProcessing result;
  for (const Json& section : fields.required("processors").items) {
    PostProcessing step = readPostProcessor(&section);
    if (addsNothing(step)) continue;
    if (!addsNothing(result)) throw LoadError("a Sequence of post_processors of which two add tokens is not supported");
    result = std::move(step);
  }
  return result;
}
}  // namespace

PostProcessing readPostProcessor(const Json* section) {
  if (!section) return {};
  const Fields fields(*section, "the post_processor");
  const std::string type = fields.text("type");
  if (type == "ByteLevel") return {};
  if (type == "TemplateProcessing") return readTemplate(fields);
  if (type == "Sequence") return readSequence(fields);
  if (type == "BertProcessing" || type == "RobertaProcessing") {
    PostProcessing result;
    result.parts = {{false, {idOfPair(fields, "cls")}}, {true, {}}, {false, {idOfPair(fields, "sep")}}};
    result.added = 2;
    return result;
  }
  throw LoadError("unknown post_processor type `" + type +
                  "`; known are BertProcessing, RobertaProcessing, ByteLevel, TemplateProcessing and Sequence");
}

std::unique_ptr<Truncation> readTruncation(const Json* section) {
  if (!section) return nullptr;
  const Fields fields(*section, "the truncation section");
  auto result = std::make_unique<Truncation>();
  result->maxLength = fields.count("max_length");
  result->stride = fields.count("stride");
  result->left = fields.text("direction", "Right") == "Left";
  result->onlySecond = fields.text("strategy") == "OnlySecond";
  return result;
}

std::unique_ptr<Padding> readPadding(const Json* section) {
  if (!section) return nullptr;
  const Fields fields(*section, "the padding section");
  auto result = std::make_unique<Padding>();
  const Json& strategy = fields.required("strategy");
  result->fixed = strategy.isObject();
  if (result->fixed) result->length = Fields(strategy, "the padding strategy").count("Fixed");
  result->left = fields.text("direction") == "Left";
  result->multipleOf = fields.count("pad_to_multiple_of", 0);
  result->id = fields.count("pad_id");
  return result;
}

}  // namespace scalesweep
