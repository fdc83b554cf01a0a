#pragma once
#include <errno.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/provider.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

// What OpenSSL has as macros over SSL_ctrl(3) and SSL_CTX_ctrl(3), which Swift does not see.

static inline void reprise_tls_set_mode(SSL_CTX *context, long mode) { SSL_CTX_set_mode(context, mode); }
static inline void reprise_tls_read_ahead(SSL_CTX *context) { SSL_CTX_set_read_ahead(context, 1); }
static inline void reprise_tls_keep_no_sessions(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}
static inline int reprise_tls_set_server_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}
static inline void reprise_tls_expect_closure_alert(SSL_CTX *context) {
    SSL_CTX_clear_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
}

// A socket under TLS that gives no more bytes at once than it is allowed: OpenSSL reads handshake records as long as there are
// any, and a server may send them without end (BIO_meth_new(3)). Threads of a replay block SIGPIPE. <sys/socket.h> is not
// included: its enums would then belong to this module, and Swift would not find them in Glibc.

typedef struct {
    int file;
    int allowance;
} reprise_tls_socket;

static int reprise_tls_socket_read(BIO *bio, char *bytes, int count) {
    reprise_tls_socket *tls_socket = (reprise_tls_socket *)BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (tls_socket->allowance <= 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    int received = (int)read(tls_socket->file, bytes, (size_t)count);
    if (received > 0) tls_socket->allowance -= received;
    if (received < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
    return received;
}
static int reprise_tls_socket_write(BIO *bio, const char *bytes, int count) {
    reprise_tls_socket *tls_socket = (reprise_tls_socket *)BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    int sent = (int)write(tls_socket->file, bytes, (size_t)count);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
    return sent;
}
static long reprise_tls_socket_control(BIO *bio, int command, long number, void *pointer) {
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH;
}
static int reprise_tls_socket_destroy(BIO *bio) {
    OPENSSL_free(BIO_get_data(bio));
    return 1;
}
/// How OpenSSL uses such sockets; NULL when there is no memory. Freed by BIO_meth_free(3) after the last of them.
static inline BIO_METHOD *reprise_tls_socket_method(void) {
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket with an allowance");
    if (!method) return NULL;
    BIO_meth_set_read(method, reprise_tls_socket_read);
    BIO_meth_set_write(method, reprise_tls_socket_write);
    BIO_meth_set_ctrl(method, reprise_tls_socket_control);
    BIO_meth_set_destroy(method, reprise_tls_socket_destroy);
    return method;
}
/// Puts `ssl` on a connected socket; returns 0 when there is no memory.
static inline int reprise_tls_set_socket(SSL *ssl, BIO_METHOD *method, int file) {
    BIO *bio = BIO_new(method);
    reprise_tls_socket *tls_socket = bio ? (reprise_tls_socket *)OPENSSL_zalloc(sizeof *tls_socket) : NULL;
    if (!tls_socket) {
        BIO_free(bio);
        return 0;
    }
    tls_socket->file = file;
    BIO_set_data(bio, tls_socket);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl, bio, bio);
    return 1;
}
/// Allows so many bytes to be read from the socket of `ssl`.
static inline void reprise_tls_allow(SSL *ssl, int bytes) {
    ((reprise_tls_socket *)BIO_get_data(SSL_get_rbio(ssl)))->allowance = bytes;
}
/// Whether as much was read as was allowed: there may be more.
static inline int reprise_tls_is_spent(const SSL *ssl) {
    return ((reprise_tls_socket *)BIO_get_data(SSL_get_rbio(ssl)))->allowance <= 0;
}
