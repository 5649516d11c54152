/*
 * How fast the addon's C is with no JavaScript around it: `floor encrypt|decrypt BYTES MILLISECONDS` prints the
 * nanoseconds that one call takes, key schedule included.
 */
#include "../../../packages/crypto/native/aes_ige.c"

#include <stdio.h>
#include <time.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

int main(int count, char **words) {
  if (count != 4 || !processor_has_aes()) return 1;
  const work run = strcmp(words[1], "encrypt") == 0 ? encrypt_blocks : decrypt_blocks;
  const size_t length = strtoul(words[2], NULL, 10);
  const double enough = strtod(words[3], NULL) * 1e6;
  uint8_t key_iv[KEY_AND_IV] = {1};
  uint8_t *in = calloc(1, length), *out = calloc(1, length);
  if (in == NULL || out == NULL || length == 0 || length % BLOCK != 0) return 1;
  double took = 0;
  unsigned long calls = 0;
  const double start = now();
  do {
    for (int i = 0; i < 16; i++) {
      run(key_iv, in, out, length);
      key_iv[i] ^= out[i];
    }
    calls += 16;
    took = now() - start;
  } while (took < enough);
  printf("%f\n", took / (double)calls);
  return 0;
}
