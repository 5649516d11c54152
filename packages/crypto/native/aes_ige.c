/*
 * AES-256-IGE with the processor's AES instructions, as an N-API addon.
 *
 * IGE cannot be done for several blocks at once: each waits for the one before. So all that counts is how long one
 * block takes from its input to the next one's, and everything else is moved off that path:
 *
 *     c_i = E(m_i ^ c_{i-1}) ^ m_{i-1}
 *
 * The last AES round ends with the XOR of a round key; m_{i-1} is XORed into that key beforehand. And since the next
 * block begins with c_i ^ m_{i+1} ^ (first round key), a second last round with all of that in its key gives the next
 * block's state at once, while c_i itself is computed beside it. What remains is fourteen rounds and nothing else.
 * Decryption is the same with the inverse rounds, and with the two halves of the iv exchanged.
 *
 * The caller has checked the lengths; they are looked at again here because memory depends on them.
 */
#include <node_api.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 14, BLOCK = 16, KEY_AND_IV = 64 };

#if defined(__x86_64__)

#include <immintrin.h>

/* Compiled for these instructions whatever the flags; used only after the processor said that it has them. */
#define WITH_AES __attribute__((target("aes,sse2")))
#define ALWAYS_INLINE static inline __attribute__((always_inline)) WITH_AES

typedef __m128i block;

static int processor_has_aes(void) { return __builtin_cpu_supports("aes"); }

ALWAYS_INLINE block load(const uint8_t *from) { return _mm_loadu_si128((const block *)from); }
ALWAYS_INLINE void store(uint8_t *to, block value) { _mm_storeu_si128((block *)to, value); }
ALWAYS_INLINE block xor2(block a, block b) { return _mm_xor_si128(a, b); }

/* w0, w0^w1, w0^w1^w2, w0^w1^w2^w3, each XORed with the word that the assist instruction prepared. */
ALWAYS_INLINE block next_key(block key, block word) {
  key = xor2(key, _mm_slli_si128(key, 4));
  key = xor2(key, _mm_slli_si128(key, 8));
  return xor2(key, word);
}

#define EVEN(i, rcon) \
  keys[i] = next_key(keys[i - 2], _mm_shuffle_epi32(_mm_aeskeygenassist_si128(keys[i - 1], rcon), 0xff))
#define ODD(i) keys[i] = next_key(keys[i - 2], _mm_shuffle_epi32(_mm_aeskeygenassist_si128(keys[i - 1], 0), 0xaa))

WITH_AES static void expand(const uint8_t *key, block *keys) {
  keys[0] = load(key);
  keys[1] = load(key + BLOCK);
  EVEN(2, 0x01);
  ODD(3);
  EVEN(4, 0x02);
  ODD(5);
  EVEN(6, 0x04);
  ODD(7);
  EVEN(8, 0x08);
  ODD(9);
  EVEN(10, 0x10);
  ODD(11);
  EVEN(12, 0x20);
  ODD(13);
  EVEN(14, 0x40);
}

/* The equivalent inverse cipher: backwards, with InvMixColumns on all but the ends. */
WITH_AES static void invert(block *keys) {
  for (int i = 0; i < ROUNDS / 2; i++) {
    const block first = keys[i];
    keys[i] = keys[ROUNDS - i];
    keys[ROUNDS - i] = first;
  }
  for (int i = 1; i < ROUNDS; i++) keys[i] = _mm_aesimc_si128(keys[i]);
}

ALWAYS_INLINE void ige(const uint8_t *in, uint8_t *out, size_t length, const block *keys, block last_out,
                       block last_in, int inverse) {
  block current = load(in);
  block state = xor2(xor2(current, last_out), keys[0]);
  for (size_t at = 0; at < length; at += BLOCK) {
    const block next = at + BLOCK < length ? load(in + at + BLOCK) : current;
    const block last_key = xor2(keys[ROUNDS], last_in);
    const block next_key = xor2(xor2(last_key, keys[0]), next);
    for (int round = 1; round < ROUNDS; round++) {
      state = inverse ? _mm_aesdec_si128(state, keys[round]) : _mm_aesenc_si128(state, keys[round]);
    }
    store(out + at, inverse ? _mm_aesdeclast_si128(state, last_key) : _mm_aesenclast_si128(state, last_key));
    state = inverse ? _mm_aesdeclast_si128(state, next_key) : _mm_aesenclast_si128(state, next_key);
    last_in = current;
    current = next;
  }
}

#elif defined(__aarch64__) && defined(__ARM_FEATURE_AES)

#include <arm_neon.h>

#if defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
static int processor_has_aes(void) { return (getauxval(AT_HWCAP) & HWCAP_AES) != 0; }
#else
/* Every 64-bit Apple processor has them. */
static int processor_has_aes(void) { return 1; }
#endif

#define WITH_AES
#define ALWAYS_INLINE static inline __attribute__((always_inline))

typedef uint8x16_t block;

ALWAYS_INLINE block load(const uint8_t *from) { return vld1q_u8(from); }
ALWAYS_INLINE void store(uint8_t *to, block value) { vst1q_u8(to, value); }
ALWAYS_INLINE block xor2(block a, block b) { return veorq_u8(a, b); }

/* With the same word in all four columns, ShiftRows changes nothing and a round without key is the S-box alone. */
static uint32_t substitute(uint32_t word) {
  const block bytes = vaeseq_u8(vreinterpretq_u8_u32(vdupq_n_u32(word)), vdupq_n_u8(0));
  return vgetq_lane_u32(vreinterpretq_u32_u8(bytes), 0);
}

static void expand(const uint8_t *key, block *keys) {
  uint32_t words[4 * (ROUNDS + 1)];
  uint32_t rcon = 1;
  memcpy(words, key, 32);
  for (int i = 8; i < 4 * (ROUNDS + 1); i++) {
    uint32_t word = words[i - 1];
    if (i % 8 == 0) {
      word = substitute((word >> 8) | (word << 24)) ^ rcon;
      rcon <<= 1;
    } else if (i % 8 == 4) {
      word = substitute(word);
    }
    words[i] = words[i - 8] ^ word;
  }
  for (int i = 0; i <= ROUNDS; i++) keys[i] = vreinterpretq_u8_u32(vld1q_u32(words + 4 * i));
}

static void invert(block *keys) {
  for (int i = 0; i < ROUNDS / 2; i++) {
    const block first = keys[i];
    keys[i] = keys[ROUNDS - i];
    keys[ROUNDS - i] = first;
  }
  for (int i = 1; i < ROUNDS; i++) keys[i] = vaesimcq_u8(keys[i]);
}

/* Here a round XORs its key first, so the last key is an XOR of its own, into which the next block's start goes. */
ALWAYS_INLINE void ige(const uint8_t *in, uint8_t *out, size_t length, const block *keys, block last_out,
                       block last_in, int inverse) {
  block current = load(in);
  block state = xor2(current, last_out);
  for (size_t at = 0; at < length; at += BLOCK) {
    const block next = at + BLOCK < length ? load(in + at + BLOCK) : current;
    const block last_key = xor2(keys[ROUNDS], last_in);
    const block next_key = xor2(last_key, next);
    for (int round = 0; round < ROUNDS - 1; round++) {
      state = inverse ? vaesimcq_u8(vaesdq_u8(state, keys[round])) : vaesmcq_u8(vaeseq_u8(state, keys[round]));
    }
    state = inverse ? vaesdq_u8(state, keys[ROUNDS - 1]) : vaeseq_u8(state, keys[ROUNDS - 1]);
    store(out + at, xor2(state, last_key));
    state = xor2(state, next_key);
    last_in = current;
    current = next;
  }
}

#else
#error "AES instructions of this processor are not known here"
#endif

/* Lengths are positive multiples of the block. The iv is c_0 followed by m_0. */
WITH_AES static void encrypt_blocks(const uint8_t *key_iv, const uint8_t *in, uint8_t *out, size_t length) {
  block keys[ROUNDS + 1];
  expand(key_iv, keys);
  ige(in, out, length, keys, load(key_iv + 32), load(key_iv + 48), 0);
}

WITH_AES static void decrypt_blocks(const uint8_t *key_iv, const uint8_t *in, uint8_t *out, size_t length) {
  block keys[ROUNDS + 1];
  expand(key_iv, keys);
  invert(keys);
  ige(in, out, length, keys, load(key_iv + 48), load(key_iv + 32), 1);
}

/*
 * Key and iv come through memory shared with JavaScript: asking N-API for the address of a short array makes V8 move
 * it out of its heap, which takes longer than encrypting a message.
 */
typedef void (*work)(const uint8_t *key_iv, const uint8_t *in, uint8_t *out, size_t length);

typedef struct {
  const uint8_t *key_iv;
  work run;
} binding;

/* (in, out): both Uint8Array of the same length. */
static napi_value call(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value args[2];
  void *data;
  napi_typedarray_type in_type, out_type;
  size_t in_length, out_length;
  void *in, *out;
  if (napi_get_cb_info(env, info, &count, args, NULL, &data) != napi_ok || count < 2 ||
      napi_get_typedarray_info(env, args[0], &in_type, &in_length, &in, NULL, NULL) != napi_ok ||
      napi_get_typedarray_info(env, args[1], &out_type, &out_length, &out, NULL, NULL) != napi_ok ||
      in_type != napi_uint8_array || out_type != napi_uint8_array || in_length != out_length ||
      in_length % BLOCK != 0) {
    napi_throw_type_error(env, NULL, "AES-IGE: two byte arrays of the same whole number of blocks expected");
    return NULL;
  }
  const binding *bound = data;
  if (in_length > 0) bound->run(bound->key_iv, in, out, in_length);
  return NULL;
}

static void release(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  free(data);
}

/* Exports keyIv (64 bytes: key, then iv), encrypt and decrypt; nothing where the processor lacks the instructions. */
NAPI_MODULE_INIT() {
  if (!processor_has_aes()) return exports;
  napi_value buffer, key_iv, function;
  napi_ref kept;
  void *memory;
  binding *bindings = calloc(2, sizeof(binding));
  if (bindings == NULL) return exports;
  if (napi_set_instance_data(env, bindings, release, NULL) != napi_ok) {
    free(bindings);
    return exports;
  }
  if (napi_create_arraybuffer(env, KEY_AND_IV, &memory, &buffer) != napi_ok ||
      napi_create_reference(env, buffer, 1, &kept) != napi_ok ||
      napi_create_typedarray(env, napi_uint8_array, KEY_AND_IV, buffer, 0, &key_iv) != napi_ok ||
      napi_set_named_property(env, exports, "keyIv", key_iv) != napi_ok) {
    return exports;
  }
  bindings[0] = (binding){memory, encrypt_blocks};
  bindings[1] = (binding){memory, decrypt_blocks};
  if (napi_create_function(env, "encrypt", NAPI_AUTO_LENGTH, call, &bindings[0], &function) == napi_ok) {
    napi_set_named_property(env, exports, "encrypt", function);
  }
  if (napi_create_function(env, "decrypt", NAPI_AUTO_LENGTH, call, &bindings[1], &function) == napi_ok) {
    napi_set_named_property(env, exports, "decrypt", function);
  }
  return exports;
}
