// The model section of a tokenizer.json as it is read, in one pass: its vocabulary and merges straight into tables, all
// else as a tree.
#pragma once
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "fields.h"
#include "vocabulary.h"

namespace scalesweep {

struct ModelSource {
  enum class Form { kNone, kIds, kScores };
  struct Merge {
    Vocabulary::Word left, right;
  };

  Json settings;
  /** Tokens and their ids; the place in the list is the id where there are scores. */
  Form form = Form::kNone;
  Vocabulary vocabulary;
  std::vector<double> scores;
  bool hasMerges = false;
  std::deque<Merge> merges;

  /** Reads the section; words of merges point into the scanner's text or into `unescaped`. */
  explicit ModelSource(JsonScanner& scanner) {
    settings.kind = Json::Kind::kObject;
    scanner.forEachMember("the model as an object", [&](std::string_view member) {
      if (member == "vocab") return readVocabulary(scanner);
      if (member == "merges") return readMerges(scanner);
      std::string name(member);
      settings.addMember(std::move(name), scanner.readValue());
    });
    vocabulary.index();
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
    if (scanner.peek() != '[') {
      form = Form::kIds;
      return scanner.forEachMember("the vocabulary as an object or a list", [&](std::string_view token) {
        vocabulary.add(token, scanner.readId());
      });
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
  }

  void readMerges(JsonScanner& scanner) {
    merges.clear();
    hasMerges = true;
    scanner.forEachItem("the merges as a list", [&] {
      if (scanner.accept('[')) {
        const std::string_view left = scanner.readString(unescaped_);
        scanner.expect(',', "`,`");
        merges.push_back({Vocabulary::wordOf(left), Vocabulary::wordOf(scanner.readString(unescaped_))});
        return scanner.expect(']', "`]`");
      }
      const std::string_view line = scanner.readString(unescaped_);
      if (line.starts_with("#version")) return;
      const size_t space = line.find(' ');
      if (space == std::string_view::npos || line.find(' ', space + 1) != std::string_view::npos) {
        throw LoadError("merge " + std::to_string(merges.size() + 1) + " is not two tokens with one space between");
      }
      merges.push_back({Vocabulary::wordOf(line.substr(0, space)), Vocabulary::wordOf(line.substr(space + 1))});
    });
  }

  std::deque<std::string> unescaped_;
};

}  // namespace scalesweep
