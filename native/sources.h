// The tokenizer in one translation unit.
#pragma once
#include "batch.h"
#include "encoder.h"
#include "registry.h"
