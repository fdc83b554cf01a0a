#pragma once
#include <curl/curl.h>

// libcurl's option functions are variadic, which Swift cannot call, and read their argument by the option's type:
// one wrapper an argument type, so that no `int` is ever passed where libcurl reads a `long`.

typedef size_t (*reprise_curl_data_callback)(char *bytes, size_t size, size_t count, void *context);
typedef int (*reprise_curl_socket_callback)(CURL *easy, curl_socket_t socket, int what, void *context, void *socketContext);
typedef curl_socket_t (*reprise_curl_open_callback)(void *context, curlsocktype purpose, struct curl_sockaddr *address);
typedef int (*reprise_curl_close_callback)(void *context, curl_socket_t socket);
typedef CURLcode (*reprise_curl_tls_context_callback)(CURL *easy, void *tls, void *context);
typedef int (*reprise_curl_progress_callback)(
    void *context, curl_off_t downloadTotal, curl_off_t downloaded, curl_off_t uploadTotal, curl_off_t uploaded);
typedef int (*reprise_curl_timer_callback)(CURLM *multi, long timeout_ms, void *context);

static inline CURLcode reprise_curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode reprise_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode reprise_curl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode reprise_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode reprise_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode reprise_curl_set_data_callback(CURL *easy, CURLoption option, reprise_curl_data_callback value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode reprise_curl_set_tls_context_callback(CURL *easy, reprise_curl_tls_context_callback value) {
    return curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, value);
}
static inline CURLcode reprise_curl_set_open_callback(CURL *easy, reprise_curl_open_callback value) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, value);
}
static inline CURLcode reprise_curl_set_close_callback(CURL *easy, reprise_curl_close_callback value) {
    return curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, value);
}
static inline CURLcode reprise_curl_set_progress_callback(CURL *easy, reprise_curl_progress_callback value) {
    return curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, value);
}
static inline CURLcode reprise_curl_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode reprise_curl_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode reprise_curl_get_pointer(CURL *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, (char **)value);
}
/// OpenSSL's `SSL *` of the connection of a transfer under way (CURLINFO_TLS_SSL_PTR); NULL without TLS.
static inline void *reprise_curl_get_tls(CURL *easy) {
    struct curl_tlssessioninfo *session = NULL;
    if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || !session) return NULL;
    return session->backend == CURLSSLBACKEND_OPENSSL ? session->internals : NULL;
}
static inline CURLMcode reprise_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
static inline CURLMcode reprise_curl_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
    return curl_multi_setopt(multi, option, value);
}
static inline CURLMcode reprise_curl_multi_set_socket_callback(CURLM *multi, reprise_curl_socket_callback value) {
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, value);
}
static inline CURLMcode reprise_curl_multi_set_timer_callback(CURLM *multi, reprise_curl_timer_callback value) {
    return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, value);
}
/// The result code of a finished transfer: Swift does not import the union in `CURLMsg`.
static inline CURLcode reprise_curl_message_result(const CURLMsg *message) { return message->data.result; }
