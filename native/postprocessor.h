// Post-processors (special tokens around the ids), truncation and padding, for single sequences.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fields.h"
#include "id_buffer.h"

namespace scalesweep {

/** A special token, or the text itself. */
struct PostPart {
  bool isText;
  std::vector<uint32_t> ids;
};
using PostParts = std::vector<PostPart>;

/** What the ids of a text become: its parts with special tokens and without. */
struct PostProcessing {
  PostParts with{{true, {}}}, without = with;
  /** How many places truncation reserves for special tokens. */
  uint32_t added = 0;

  static bool addsNothing(const PostParts& parts) { return parts.size() == 1 && parts[0].isText; }
};

/**
 * One post-processor. It takes a list of sequences, of which the text is the first one's only part, and returns a list: of a
 * template, each piece is a sequence of its own, and that is what the next processor sees.
 */
struct PostStep {
  using Sequences = std::vector<PostParts>;
  uint32_t added = 0;
  std::function<Sequences(Sequences sequences, bool withSpecials)> apply;
};

/** A template for one sequence, or for two. */
inline PostStep::Sequences readPieces(const Fields& fields, std::string_view name) {
  PostStep::Sequences pieces;
  const Json& special = fields.required("special_tokens");
  for (const Json& item : fields.required(name).items) {
    if (const Json* sequence = item.find("Sequence")) {
      // Until it is filled in, the place of the second sequence has two parts.
      const bool second = Fields(*sequence, "a piece of the template").text("id") != "A";
      if (second && name == "single") throw LoadError("the single template of the TemplateProcessing post_processor uses the second sequence");
      pieces.push_back(PostParts(second ? 2 : 1, {true, {}}));
      continue;
    }
    const Json* token = item.find("SpecialToken");
    if (!token) throw LoadError("a piece of the TemplateProcessing template is neither Sequence nor SpecialToken");
    const std::string id = Fields(*token, "a piece of the template").text("id");
    const Json* entry = special.find(id);
    if (!entry) throw LoadError("the TemplateProcessing template uses `" + id + "`, which its special_tokens lack");
    PostPart part{false, {}};
    for (const Json& number : Fields(*entry, "a special token of the template").required("ids").items) {
      part.ids.push_back(asCount(number, "an id of the template"));
    }
    pieces.push_back({std::move(part)});
  }
  return pieces;
}

inline PostStep readTemplate(const Fields& fields) {
  PostStep step;
  const PostStep::Sequences single = readPieces(fields, "single"), pair = readPieces(fields, "pair");
  for (const PostParts& piece : single) step.added += static_cast<uint32_t>(piece[0].ids.size());
  step.apply = [=](PostStep::Sequences sequences, bool withSpecials) {
    if (sequences.empty() || sequences.size() > 2) {
      throw LoadError("expected a TemplateProcessing post_processor to get one sequence or two from the one before, got " + std::to_string(sequences.size()));
    }
    PostStep::Sequences result;
    for (const PostParts& piece : sequences.size() == 1 ? single : pair) {
      if (piece[0].isText) result.push_back(sequences[piece.size() - 1]);
      else if (withSpecials) result.push_back(piece);
    }
    return result;
  };
  return step;
}

/** cls before the first sequence and sep behind every one; RoBERTa's has sep before the others too. */
inline PostStep readPair(const Fields& fields, bool sepBefore) {
  const auto partOf = [&](const char* name) {
    const std::string where = "\"" + std::string(name) + "\" of " + fields.where();
    const Json& pair = fields.required(name);
    if (!pair.isArray() || pair.items.size() != 2) throw LoadError("expected " + where + " to be a token and its id");
    return PostPart{false, {asCount(pair.items[1], "the id of " + where)}};
  };
  return {2, [cls = partOf("cls"), sep = partOf("sep"), sepBefore](PostStep::Sequences sequences, bool withSpecials) {
    for (PostParts& sequence : sequences) {
      if (!withSpecials) break;
      const bool first = &sequence == &sequences[0];
      if (first || sepBefore) sequence.insert(sequence.begin(), first ? cls : sep);
      sequence.push_back(sep);
    }
    return sequences;
  }};
}

/** The steps of a post_processor in order; Sequences are laid flat. */
inline void readPostSteps(const Json& section, std::vector<PostStep>& steps) {
  const Fields fields(section, "the post_processor");
  if (fields.text("type") == "Sequence") {
    for (const Json& step : fields.required("processors").items) readPostSteps(step, steps);
    return;
  }
  static const Reader<PostStep> kTypes[] = {
      {"BertProcessing", [](const Fields& f) { return readPair(f, false); }},
      {"ByteLevel", [](const Fields&) { return PostStep{0, [](PostStep::Sequences sequences, bool) { return sequences; }}; }},
      // Without its flags the reference takes it for BERT's.
      {"RobertaProcessing", [](const Fields& f) { return readPair(f, f.isFlag("trim_offsets") && f.isFlag("add_prefix_space")); }},
      {"Sequence", nullptr},
      {"TemplateProcessing", readTemplate},
  };
  steps.push_back(readByType<PostStep>(kTypes, fields, "post_processor"));
}

inline PostProcessing readPostProcessor(const Json* section) {
  constexpr size_t kMostParts = 1000;
  PostProcessing result;
  std::vector<PostStep> steps;
  if (section) readPostSteps(*section, steps);
  for (const PostStep& step : steps) result.added += step.added;
  for (PostParts* parts : {&result.with, &result.without}) {
    PostStep::Sequences sequences{std::move(*parts)};
    parts->clear();
    for (const PostStep& step : steps) {
      sequences = step.apply(std::move(sequences), parts == &result.with);
      size_t count = 0;
      for (const PostParts& sequence : sequences) count += sequence.size();
      if (count > kMostParts) throw LoadError("expected a post_processor of at most 1000 parts, got one of " + std::to_string(count));
    }
    for (const PostParts& sequence : sequences) parts->insert(parts->end(), sequence.begin(), sequence.end());
  }
  return result;
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
