// The model section of a tokenizer.json as it is read, in one pass: its vocabulary and merges straight into tables, all
// else as a tree.
#pragma once
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fields.h"
#include "merge_reader.h"
#include "vocabulary.h"

namespace scalesweep {

struct ModelSource {
  enum class Form { kNone, kIds, kScores };
  Json settings;
  /** Tokens and their ids; the place in the list is the id where there are scores. */
  Form form = Form::kNone;
  Vocabulary vocabulary;
  std::vector<double> scores;
  bool hasMerges = false;
  MergeList merges;
  /** What is wrong with the merges, for a model that needs them; empty when nothing is. */
  std::string mergeProblem;

  explicit ModelSource(JsonScanner& scanner) {
    settings.kind = Json::Kind::kObject;
    std::optional<JsonScanner> mergesAgain;
    bool inOrder = true;
    scanner.forEachMember("the model as an object", [&](std::string_view member) {
      if (member == "vocab") {
        readVocabulary(scanner);
      } else if (member == "merges") {
        mergesAgain = scanner;
        return readMerges(scanner);
      } else {
        std::string name(member);
        settings.addMember(std::move(name), scanner.readValue());
      }
      inOrder = !hasMerges;
    });
    // Merges are looked up as they are read, with what stands before them.
    if (!inOrder) readMerges(*mergesAgain);
  }

  /** The model's type; files from before models had one are told apart by their members, as the reference does. */
  std::string kind() const {
    const Fields fields(settings, "the model");
    if (fields.find("type")) return fields.text("type");
    if (hasMerges) return "BPE";
    if (form == Form::kScores) return "Unigram";
    return fields.find("max_input_chars_per_word") ? "WordPiece" : "WordLevel";
  }

  /** Throws unless the vocabulary is of that form. */
  void expectForm(Form expected) const {
    const std::string what = expected == Form::kIds ? "an object of ids by token" : "a list of tokens and scores";
    if (form != expected) throw LoadError("expected the " + kind() + " model to have \"vocab\", " + what);
  }

 private:
  void readVocabulary(JsonScanner& scanner) {
    vocabulary = {};
    scores.clear();
    vocabulary.reserve(scanner.left());
    if (scanner.peek() != '[') {
      form = Form::kIds;
      scanner.forEachMember("the vocabulary as an object or a list", [&](std::string_view token) {
        vocabulary.add(token, scanner.readId());
      });
      return vocabulary.index();
    }
    form = Form::kScores;
    scanner.forEachItem("the vocabulary as a list", [&] {
      scanner.expect('[', "a token and its score");
      vocabulary.add(scanner.readString(), static_cast<uint32_t>(scores.size()));
      scanner.expect(',', "`,`");
      scanner.peek();
      scores.push_back(scanner.readNumber());
      scanner.expect(']', "`]`");
    });
    vocabulary.index(true);
  }

  void readMerges(JsonScanner& scanner) {
    const Json* prefix = settings.find("continuing_subword_prefix");
    MergeReader reader(vocabulary, prefix ? prefix->string : "");
    std::deque<std::string> unescaped;
    size_t count = 0;
    scanner.expect('[', "the merges as a list");
    bool hasMore = !scanner.accept(']');
    reader.read([&](std::vector<MergeReader::Names>& names) {
      while (hasMore && names.size() < MergeList::kBlock) {
        readMerge(scanner, unescaped, count + names.size(), names);
        hasMore = scanner.accept(',');
        if (!hasMore) scanner.expect(']', "`,` or `]`");
      }
      count += names.size();
      return hasMore;
    });
    // Those found are spelled like tokens, which were checked.
    if (!reader.problem.empty()) scanner.checkAll();
    hasMerges = true;
    merges = std::move(reader.merges);
    mergeProblem = std::move(reader.problem);
  }

  static void readMerge(JsonScanner& scanner, std::deque<std::string>& unescaped, size_t before, std::vector<MergeReader::Names>& names) {
    if (scanner.accept('[')) {
      const std::string_view left = scanner.readUnchecked(unescaped);
      scanner.expect(',', "`,`");
      names.push_back({Vocabulary::wordOf(left), Vocabulary::wordOf(scanner.readUnchecked(unescaped))});
      return scanner.expect(']', "`]`");
    }
    const std::string_view line = scanner.readUnchecked(unescaped);
    if (line.starts_with("#version")) return scanner.checkUtf8(line);
    const size_t space = line.find(' ');
    if (space == std::string_view::npos || line.find(' ', space + 1) != std::string_view::npos) {
      throw LoadError("merge " + std::to_string(before + 1) + " is not two tokens with one space between");
    }
    names.push_back({Vocabulary::wordOf(line.substr(0, space)), Vocabulary::wordOf(line.substr(space + 1))});
  }
};

}  // namespace scalesweep
