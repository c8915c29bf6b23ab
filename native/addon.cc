// The JavaScript face of the tokenizer: checks nothing that src/tokenizer/ has checked, converts, and wraps.
// A JavaScript object owns its caches, so every worker thread has its own; the tables behind them are shared.
#include <napi.h>

#include "sources.h"

namespace scalesweep {

namespace {

/** Bits of the `flags` argument, in step with src/tokenizer/binding.ts. */
EncodeOptions optionsOf(uint32_t flags) {
  return {(flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0, (flags & 8) != 0};
}

/** A string's length, or bytes where they lie. */
RawText measure(napi_env env, napi_value value) {
  RawText text;
  if (napi_get_value_string_utf16(env, value, nullptr, 0, &text.size) == napi_ok) return text;
  void* data = nullptr;
  napi_get_typedarray_info(env, value, nullptr, &text.size, &data, nullptr, nullptr);
  text.bytes = static_cast<const char*>(data);
  return text;
}

/** Copies a measured string's units to `units`, which has room for one more; returns where they end. */
char16_t* take(napi_env env, napi_value value, RawText& text, char16_t* units) {
  if (text.bytes || text.size == 0) return units;
  text.units = units;
  napi_get_value_string_utf16(env, value, units, text.size + 1, &text.size);
  return units + text.size;
}

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
      tokenizer_ = sharedTokenizer(text);
      workers_.push_back(std::make_unique<BatchWorker>(tokenizer_));
      return info.Env().Undefined();
    });
  }

 private:
  template <class F>
  static Napi::Value guard(Napi::Env env, F&& body) {
    try {
      return body();
    } catch (const LoadError& error) {
      fail(env, "LOAD", error.what());
    } catch (const EncodeError& error) {
      fail(env, "ENCODE", error.what());
    } catch (const std::bad_alloc&) {
      fail(env, "MEMORY", "not enough memory");
    } catch (const std::exception& error) {
      fail(env, "INTERNAL", error.what());  // a mistake of this program is no reason to end the process
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
      const IdBuffer& ids = workers_[0]->encoder.encode(textOf(info.Env(), info[0]), optionsOf(info[1].As<Napi::Number>()));
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
      constexpr size_t kTextsPerPart = 16;
      const Napi::Env env = info.Env();
      const auto texts = info[0].As<Napi::Array>();
      const size_t count = texts.Length();
      const size_t threads = std::max(1u, info[2].As<Napi::Number>().Uint32Value());
      while (workers_.size() < threads) workers_.push_back(std::make_unique<BatchWorker>(tokenizer_));
      last_ = nullptr;
      std::vector<BatchPart> parts((count + kTextsPerPart - 1) / kTextsPerPart);
      const auto read = [&](BatchPart& part, size_t index) {
        const Napi::HandleScope scope(env);
        const size_t first = index * kTextsPerPart;
        napi_value values[kTextsPerPart];
        part.texts.resize(std::min<size_t>(count - first, kTextsPerPart));
        size_t units = 1;
        for (size_t i = 0; i < part.texts.size(); ++i) {
          values[i] = texts[static_cast<uint32_t>(first + i)];
          part.texts[i] = measure(env, values[i]);
          if (!part.texts[i].bytes) units += part.texts[i].size;
        }
        part.units = pool_.take(units);
        char16_t* end = part.units.memory.get();
        for (size_t i = 0; i < part.texts.size(); ++i) end = take(env, values[i], part.texts[i], end);
      };
      // A buffer's memory is not zeroed first; all that is shown of it is written.
      Napi::Buffer<uint32_t> memory;
      const size_t total = scalesweep::encodeBatch(parts, optionsOf(info[1].As<Napi::Number>()), workers_, threads, pool_, read, [&](size_t room) {
        memory = Napi::Buffer<uint32_t>::New(env, room);
        return memory.Data();
      });
      const auto ids = Napi::Uint32Array::New(env, total, memory.ArrayBuffer(), memory.ByteOffset());
      auto offsets = Napi::Uint32Array::New(env, count + 1);
      size_t text = 0;
      offsets[0] = 0;
      for (const BatchPart& part : parts) {
        for (const RawText& raw : part.texts) {
          offsets[text + 1] = offsets[text] + raw.count;
          ++text;
        }
      }
      Napi::Object result = Napi::Object::New(env);
      result.Set("ids", ids);
      result.Set("offsets", offsets);
      return result;
    });
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
    const uint32_t id = tokenizer_->idOf(textOf(info.Env(), info[0]));
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
    for (const auto& worker : workers_) cacheBytes += worker->encoder.memory();
    Napi::Object result = Napi::Object::New(env);
    result.Set("vocabularySize", static_cast<double>(tokenizer_->vocabularySize()));
    result.Set("special", special);
    result.Set("tableBytes", static_cast<double>(tokenizer_->memory()));
    result.Set("cacheBytes", static_cast<double>(cacheBytes));
    result.Set("path", tokenizer_->describe());
    return result;
  }

  /** UTF-8 of a string or of bytes; lone surrogates and invalid bytes become U+FFFD. Valid until the next call. */
  std::string_view textOf(napi_env env, napi_value value) {
    RawText text = measure(env, value);
    if (!text.bytes && text.size >= room_) {
      room_ = text.size * 2 + 1024;
      units_ = std::make_unique_for_overwrite<char16_t[]>(room_);
    }
    take(env, value, text, units_.get());
    return workers_[0]->reader.text(text);
  }

  std::shared_ptr<const Tokenizer> tokenizer_;
  std::vector<std::unique_ptr<BatchWorker>> workers_;
  UnitPool pool_;
  const IdBuffer* last_ = nullptr;
  std::unique_ptr<char16_t[]> units_;
  size_t room_ = 0;
};

}  // namespace scalesweep

static Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  exports.Set("NativeTokenizer", scalesweep::TokenizerObject::define(env));
  return exports;
}

NODE_API_MODULE(tokenizer, initialize)
