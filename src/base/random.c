/* SPDX-License-Identifier: Apache-2.0 */
/* Philox 4x32-10 of Random123 (Salmon et al., SC 2011) behind the project's keys. */
#include "base/random.h"

#include "base/isa.h"
#include <phasic/math.h>
#include "base/math_inline.h"

#include <Random123/philox.h>
#include <math.h>

ph_random4 ph_random(uint64_t seed, ph_purpose purpose, int64_t id, uint32_t stream,
                     int64_t counter, uint32_t sub)
{
    philox4x32_key_t key = {{(uint32_t)seed,
                             (uint32_t)(seed >> 32) << 16 | (uint32_t)purpose}};
    philox4x32_ctr_t ctr = {{(uint32_t)id, (uint32_t)((uint64_t)id >> 32) << 24 | stream,
                             (uint32_t)counter, (uint32_t)((uint64_t)counter >> 32) << 24 | sub}};
    philox4x32_ctr_t out = philox4x32(ctr, key);
    return (ph_random4){{out.v[0], out.v[1], out.v[2], out.v[3]}};
}

/* Philox 4x32-10 written out, since the library's structs do not become vectors; a test holds it
 * equal to the library's. */
PH_INLINE void draw(uint64_t seed, ph_purpose purpose, uint64_t id, uint32_t stream,
                    uint64_t counter, uint32_t sub, int n, uint32_t *out)
{
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32) << 16 | (uint32_t)purpose;
    uint32_t c0 = (uint32_t)id, c1 = (uint32_t)(id >> 32) << 24 | stream;
    uint32_t c2 = (uint32_t)counter, c3 = (uint32_t)(counter >> 32) << 24 | sub;
    for (int round = 0; round < 10; round++) {
        uint64_t product0 = (uint64_t)PHILOX_M4x32_0 * c0;
        uint64_t product1 = (uint64_t)PHILOX_M4x32_1 * c2;
        uint32_t next0 = (uint32_t)(product1 >> 32) ^ c1 ^ k0;
        uint32_t next2 = (uint32_t)(product0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)product1;
        c3 = (uint32_t)product0;
        c0 = next0;
        c2 = next2;
        k0 += PHILOX_W32_0;
        k1 += PHILOX_W32_1;
    }
    out[0] = c0;
    out[n] = c1;
    out[2 * n] = c2;
    out[3 * n] = c3;
}

PH_INLINE int many_body(uint64_t seed, ph_purpose purpose, int64_t id, int64_t id_stride,
                        uint32_t stream, int64_t counter, int64_t counter_stride, uint32_t sub,
                        int n, uint32_t *out)
{
#pragma GCC ivdep
    for (int i = 0; i < n; i++)
        draw(seed, purpose, (uint64_t)(id + i * id_stride), stream,
             (uint64_t)(counter + i * counter_stride), sub, n, out + i);
    return n;
}

PH_KERNEL(int, many,
          (uint64_t seed, ph_purpose purpose, int64_t id, int64_t id_stride, uint32_t stream,
           int64_t counter, int64_t counter_stride, uint32_t sub, int n, uint32_t *out),
          (seed, purpose, id, id_stride, stream, counter, counter_stride, sub, n, out))

void ph_random_many(uint64_t seed, ph_purpose purpose, int64_t id, int64_t id_stride,
                    uint32_t stream, int64_t counter, int64_t counter_stride, uint32_t sub, int n,
                    uint32_t *out)
{
    many(seed, purpose, id, id_stride, stream, counter, counter_stride, sub, n, out);
}

PH_INLINE int each_body(uint64_t seed, ph_purpose purpose, const int64_t *id, uint32_t stream,
                        int64_t counter, const uint32_t *sub, int n, uint32_t *out)
{
#pragma GCC ivdep
    for (int i = 0; i < n; i++)
        draw(seed, purpose, (uint64_t)id[i], stream, (uint64_t)counter, sub[i], n, out + i);
    return n;
}

PH_KERNEL(int, each,
          (uint64_t seed, ph_purpose purpose, const int64_t *id, uint32_t stream, int64_t counter,
           const uint32_t *sub, int n, uint32_t *out),
          (seed, purpose, id, stream, counter, sub, n, out))

void ph_random_each(uint64_t seed, ph_purpose purpose, const int64_t *id, uint32_t stream,
                    int64_t counter, const uint32_t *sub, int n, uint32_t *out)
{
    each(seed, purpose, id, stream, counter, sub, n, out);
}

PH_INLINE double ratio(const double *p, const double *q, double r)
{
    double numerator = p[7], denominator = q[7];
    for (int i = 6; i >= 0; i--) {
        numerator = numerator * r + p[i];
        denominator = denominator * r + q[i];
    }
    return numerator / denominator;
}

/* Wichura's coefficients: of the middle, |u - 1/2| <= CENTRAL. */
#define CENTRAL 0.425
static const double a[8] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                            1.9715909503065514427e+3, 1.3731693765509461125e+4,
                            4.5921953931549871457e+4, 6.7265770927008700853e+4,
                            3.3430575583588128105e+4, 2.5090809287301226727e+3};
static const double b[8] = {1.0,
                            4.2313330701600911252e+1,
                            6.8718700749205790830e+2,
                            5.3941960214247511077e+3,
                            2.1213794301586595867e+4,
                            3.9307895800092710610e+4,
                            2.8729085735721942674e+4,
                            5.2264952788528545610e+3};

PH_INLINE double central(double q)
{
    return q * ratio(a, b, 0.180625 - q * q);
}

/* Of the tails, down to exp(-25), beyond which no 32 bits reach. */
static const double c[8] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                            5.76949722146069140550e0,  3.64784832476320460504e0,
                            1.27045825245236838258e0,  2.41780725177450611770e-1,
                            2.27238449892691845833e-2, 7.74545014278341407640e-4};
static const double d[8] = {1.0,
                            2.05319162663775882187e0,
                            1.67638483018380384940e0,
                            6.89767334985100004550e-1,
                            1.48103976427480074590e-1,
                            1.51986665636164571966e-2,
                            5.47593808499534494600e-4,
                            1.05075007164441684324e-9};

double ph_random_normal(double u)
{
    static const double e[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                1.78482653991729133580e0,  2.96560571828504891230e-1,
                                2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double f[8] = {1.0,
                                5.99832206555887937690e-1,
                                1.36929880922735805310e-1,
                                1.48753612908506148525e-2,
                                7.86869131145613259100e-4,
                                1.84631831751005468180e-5,
                                1.42151175831644588870e-7,
                                2.04426310338993978564e-15};
    double q = u - 0.5;
    if (fabs(q) <= CENTRAL)
        return central(q);
    double tail = q < 0 ? u : 1.0 - u;
    double r = sqrt(-ph_log(tail));
    double x = r <= 5.0 ? ratio(c, d, r - 1.6) : ratio(e, f, r - 5.0);
    return q < 0 ? -x : x;
}

/* Both of the middle and of the tails for all: a choice of two keeps the loop in vectors. */
PH_INLINE int normals_body(const uint32_t *bits, int n, double *z)
{
#pragma GCC ivdep
    for (int i = 0; i < n; i++) {
        double u = ph_random_unit(bits[i]), q = u - 0.5;
        double tail = q < 0 ? u : 1.0 - u, size = q < 0 ? -q : q;
        double x = ratio(c, d, sqrt(-ph_log_inline(tail)) - 1.6);
        z[i] = size <= CENTRAL ? central(q) : q < 0 ? -x : x;
    }
    return n;
}

PH_KERNEL(int, normals, (const uint32_t *bits, int n, double *z), (bits, n, z))

void ph_random_normals(const uint32_t *bits, int n, double *z)
{
    normals(bits, n, z);
}
