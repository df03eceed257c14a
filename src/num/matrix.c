/*
 * Matrices
 *
 * The one door to BLAS.  A product runs on the calling thread: OpenBLAS does
 * not promise the same bits for different numbers of threads, so who wants
 * several cuts the rows himself, always at the same places.
 *
 * OpenBLAS built without threads has no locks either: two products at once take
 * the same buffer and are wrong.  With such a build they wait for each other here;
 * the build with pthreads is the one to install.
 */
#include "ngram/matrix.h"

#include <cblas.h>
#include <pthread.h>

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

/* OpenBLAS starts threads of its own where it was built with them; none of ours asks for that. */
static void
stay_on_this_thread(void)
{
    static gsize done;

    if (g_once_init_enter(&done)) {
        openblas_set_num_threads(1);
        g_once_init_leave(&done, 1);
    }
}

/**
 * ng_matrix_multiply:
 * @product: what to multiply
 *
 * C = alpha op(A) op(B) + beta C, in single precision.  The same sizes give the same bits on the
 * same processor.
 */
void
ng_matrix_multiply(const NgProduct *product)
{
    const NgProduct *p = product;
    g_return_if_fail(p != NULL && p->c != NULL && p->a != NULL && p->b != NULL);
    g_return_if_fail(MAX(MAX(p->m, p->n), p->k) <= G_MAXINT);

    if (p->m == 0 || p->n == 0 || p->k == 0)
        return;
    stay_on_this_thread();
    gboolean alone = openblas_get_parallel() == OPENBLAS_SEQUENTIAL;
    if (alone)
        pthread_mutex_lock(&one_at_a_time);
    cblas_sgemm(CblasRowMajor, p->a_turned ? CblasTrans : CblasNoTrans,
                p->b_turned ? CblasTrans : CblasNoTrans, (int)p->m, (int)p->n, (int)p->k, p->alpha,
                p->a, (int)(p->a_turned ? p->m : p->k), p->b, (int)(p->b_turned ? p->k : p->n),
                p->beta, p->c, (int)p->n);
    if (alone)
        pthread_mutex_unlock(&one_at_a_time);
}
