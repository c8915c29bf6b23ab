#include "decoder.h"

#include "byte_level.h"

namespace scalesweep {

namespace {
class ByteLevelDecoder : public Decoder {
 public:
  void apply(std::vector<std::string>& tokens) const override {
    std::string bytes, text;
    for (const std::string& token : tokens) byteAlphabet().appendBytes(bytes, token);
    appendSanitizedUtf8(text, bytes);
    tokens.assign(1, std::move(text));
  }
};
}  // namespace

std::unique_ptr<Decoder> readDecoder(const Json* section) {
  if (!section) return nullptr;
  const Fields fields(*section, "the decoder");
  const std::string type = fields.text("type");
  if (type == "ByteLevel") return std::make_unique<ByteLevelDecoder>();
  throw LoadError("unknown decoder type `" + type + "`");
}

}  // namespace scalesweep
