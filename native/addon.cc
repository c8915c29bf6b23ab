// The JavaScript face of the tokenizer: checks nothing that src/tokenizer/ has checked, converts, and wraps.
// A JavaScript object owns its caches, so every worker thread has its own; the tables behind them are shared.
#include <napi.h>

#include "sources.h"

namespace scalesweep {

namespace {

constexpr size_t kStackText = 4096;

/** Bits of the `flags` argument, in step with src/tokenizer/binding.ts. */
EncodeOptions optionsOf(uint32_t flags) {
  return {(flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0, (flags & 8) != 0};
}

/** UTF-8 of a string or of bytes; lone surrogates and invalid bytes become U+FFFD. */
class TextArgument {
 public:
  TextArgument(napi_env env, napi_value value) {
    size_t units = 0;
    if (napi_get_value_string_utf16(env, value, nullptr, 0, &units) == napi_ok) {
      const size_t room = units * 3 + 1;
      char* target = stack_;
      if (room > kStackText) {
        owned_.reset(static_cast<char*>(std::malloc(room)));
        if (!owned_) throw std::bad_alloc();
        target = owned_.get();
      }
      size_t length = 0;
      napi_get_value_string_utf8(env, value, target, room, &length);
      text_ = {target, length};
      return;
    }
    void* data = nullptr;
    size_t length = 0;
    napi_get_typedarray_info(env, value, nullptr, &length, &data, nullptr, nullptr);
    text_ = {static_cast<const char*>(data), length};
    if (isValidUtf8(text_)) return;
    appendSanitizedUtf8(sanitized_, text_);
    text_ = sanitized_;
  }
  std::string_view text() const { return text_; }

 private:
  struct Free {
    void operator()(char* p) const { std::free(p); }
  };
  char stack_[kStackText];
  std::unique_ptr<char, Free> owned_;
  std::string sanitized_;
  std::string_view text_;
};

}  // namespace

class TokenizerObject : public Napi::ObjectWrap<TokenizerObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "NativeTokenizer",
                       {
                           InstanceMethod<&TokenizerObject::encodeInto>("encodeInto"),
                           InstanceMethod<&TokenizerObject::takeLast>("takeLast"),
                           InstanceMethod<&TokenizerObject::encodeBatch>("encodeBatch"),
                           InstanceMethod<&TokenizerObject::decode>("decode"),
                           InstanceMethod<&TokenizerObject::idOf>("idOf"),
                           InstanceMethod<&TokenizerObject::tokenOf>("tokenOf"),
                           InstanceMethod<&TokenizerObject::describe>("describe"),
                       });
  }

  /** (file: Uint8Array) */
  explicit TokenizerObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
    guard(info.Env(), [&] {
      const auto file = info[0].As<Napi::Uint8Array>();
      const std::string_view text(reinterpret_cast<const char*>(file.Data()), file.ByteLength());
      if (!isValidUtf8(text)) throw LoadError("not JSON: the file is not UTF-8");
      tokenizer_ = sharedTokenizer(text);
      encoders_.push_back(std::make_unique<Encoder>(tokenizer_));
      return info.Env().Undefined();
    });
  }

 private:
  template <class F>
  Napi::Value guard(Napi::Env env, F&& body) {
    try {
      return body();
    } catch (const LoadError& error) {
      fail(env, "LOAD", error.what());
    } catch (const EncodeError& error) {
      fail(env, "ENCODE", error.what());
    } catch (const std::bad_alloc&) {
      fail(env, "MEMORY", "not enough memory");
    }
    return env.Undefined();
  }

  static void fail(Napi::Env env, const char* code, const char* message) {
    Napi::Error error = Napi::Error::New(env, message);
    error.Set("code", code);
    error.ThrowAsJavaScriptException();
  }

  /** (text, flags, target: Uint32Array): the number of ids; they are in target if they fit, else only in takeLast. */
  Napi::Value encodeInto(const Napi::CallbackInfo& info) {
    return guard(info.Env(), [&]() -> Napi::Value {
      const TextArgument argument(info.Env(), info[0]);
      const IdBuffer& ids = encoders_[0]->encode(argument.text(), optionsOf(info[1].As<Napi::Number>()));
      last_ = &ids;
      void* data = nullptr;
      size_t room = 0;
      napi_get_typedarray_info(info.Env(), info[2], nullptr, &room, &data, nullptr, nullptr);
      if (ids.size() <= room && ids.size() > 0) std::memcpy(data, ids.data(), ids.size() * sizeof(uint32_t));
      return Napi::Number::New(info.Env(), static_cast<double>(ids.size()));
    });
  }

  /** (target: Uint32Array): copies the ids of the last encodeInto. */
  Napi::Value takeLast(const Napi::CallbackInfo& info) {
    auto target = info[0].As<Napi::Uint32Array>();
    if (last_ && last_->size() <= target.ElementLength() && last_->size() > 0) {
      std::memcpy(target.Data(), last_->data(), last_->size() * sizeof(uint32_t));
    }
    return info.Env().Undefined();
  }

  /** (texts: (string | Uint8Array)[], flags, threads): { ids, offsets } */
  Napi::Value encodeBatch(const Napi::CallbackInfo& info) {
    return guard(info.Env(), [&]() -> Napi::Value {
      const Napi::Env env = info.Env();
      const auto texts = info[0].As<Napi::Array>();
      const uint32_t threads = std::max(1u, info[2].As<Napi::Number>().Uint32Value());
      TextBatch batch;
      for (uint32_t i = 0; i < texts.Length(); ++i) {
        const Napi::HandleScope scope(env);
        const Napi::Value text = texts[i];
        batch.bytes.append(TextArgument(env, text).text());
        batch.offsets.push_back(batch.bytes.size());
      }
      while (encoders_.size() < threads) encoders_.push_back(std::make_unique<Encoder>(tokenizer_));
      std::vector<std::unique_ptr<Encoder>> used;
      for (uint32_t i = 0; i < threads; ++i) used.push_back(std::move(encoders_[i]));
      last_ = nullptr;
      std::vector<BatchPart> parts;
      try {
        parts = scalesweep::encodeBatch(batch, optionsOf(info[1].As<Napi::Number>()), used);
      } catch (...) {
        for (uint32_t i = 0; i < threads; ++i) encoders_[i] = std::move(used[i]);
        throw;
      }
      for (uint32_t i = 0; i < threads; ++i) encoders_[i] = std::move(used[i]);
      return resultOf(env, parts, batch.size());
    });
  }

  static Napi::Value resultOf(Napi::Env env, const std::vector<BatchPart>& parts, size_t texts) {
    size_t total = 0;
    for (const BatchPart& part : parts) total += part.ids.size();
    auto ids = Napi::Uint32Array::New(env, total);
    auto offsets = Napi::Uint32Array::New(env, texts + 1);
    size_t at = 0, text = 0;
    offsets[0] = 0;
    for (const BatchPart& part : parts) {
      if (part.ids.size() > 0) std::memcpy(ids.Data() + at, part.ids.data(), part.ids.size() * sizeof(uint32_t));
      for (const uint32_t count : part.counts) offsets[++text] = static_cast<uint32_t>(at += count);
    }
    Napi::Object result = Napi::Object::New(env);
    result.Set("ids", ids);
    result.Set("offsets", offsets);
    return result;
  }

  /** (ids: Uint32Array, skipSpecial) */
  Napi::Value decode(const Napi::CallbackInfo& info) {
    return guard(info.Env(), [&]() -> Napi::Value {
      const auto ids = info[0].As<Napi::Uint32Array>();
      const bool skipSpecial = info[1].As<Napi::Boolean>();
      return Napi::String::New(info.Env(), tokenizer_->decode(ids.Data(), ids.ElementLength(), skipSpecial));
    });
  }

  /** (token: string): its id or undefined */
  Napi::Value idOf(const Napi::CallbackInfo& info) {
    const uint32_t id = tokenizer_->idOf(TextArgument(info.Env(), info[0]).text());
    return id == Vocabulary::kNone ? info.Env().Undefined() : Napi::Number::New(info.Env(), id);
  }

  /** (id): its token or undefined */
  Napi::Value tokenOf(const Napi::CallbackInfo& info) {
    std::string token;
    const bool known = tokenizer_->tokenOf(info[0].As<Napi::Number>(), token);
    return known ? Napi::Value(Napi::String::New(info.Env(), token)) : info.Env().Undefined();
  }

  /** (): facts about the tokenizer */
  Napi::Value describe(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    Napi::Object special = Napi::Object::New(env);
    for (const AddedToken& token : tokenizer_->addedTokens()) {
      if (token.special) special.Set(token.content, token.id);
    }
    size_t cacheBytes = 0;
    for (const auto& encoder : encoders_) cacheBytes += encoder->memory();
    Napi::Object result = Napi::Object::New(env);
    result.Set("vocabularySize", static_cast<double>(tokenizer_->vocabularySize()));
    result.Set("special", special);
    result.Set("tableBytes", static_cast<double>(tokenizer_->memory()));
    result.Set("cacheBytes", static_cast<double>(cacheBytes));
    result.Set("path", tokenizer_->describe());
    return result;
  }

  std::shared_ptr<const Tokenizer> tokenizer_;
  std::vector<std::unique_ptr<Encoder>> encoders_;
  const IdBuffer* last_ = nullptr;
};

}  // namespace scalesweep

static Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  exports.Set("NativeTokenizer", scalesweep::TokenizerObject::define(env));
  return exports;
}

NODE_API_MODULE(tokenizer, initialize)
