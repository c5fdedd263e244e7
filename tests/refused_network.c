/* Loaded before a program's own libraries (LD_PRELOAD): refuses whatever would leave this machine, and writes it down.

   Native code, such as onnxruntime's, is heard too, which no audit hook of Python's is. Each refusal is a line of
   the file that REFUSED_NETWORK names: "lookup NAME" or "connect ADDRESS". */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void record(const char *what, const char *where) {
    char line[512];
    const char *path = getenv("REFUSED_NETWORK");
    int length = snprintf(line, sizeof line, "%s %.400s\n", what, where);
    int file = path ? open(path, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    if (file < 0 || write(file, line, (size_t)length) != length)
        abort(); /* Better no run than one that nobody has written down. */
    close(file);
}

static int is_local(const char *host) {
    return !host || !*host || !strcmp(host, "localhost") || !strncmp(host, "127.", 4) || !strcmp(host, "::1");
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **result) {
    int (*next)(const char *, const char *, const struct addrinfo *, struct addrinfo **) =
        dlsym(RTLD_NEXT, "getaddrinfo");
    if (is_local(name))
        return next(name, service, hints, result);
    record("lookup", name);
    return EAI_FAIL;
}

struct hostent *gethostbyname(const char *name) {
    struct hostent *(*next)(const char *) = dlsym(RTLD_NEXT, "gethostbyname");
    if (is_local(name))
        return next(name);
    record("lookup", name);
    h_errno = NO_RECOVERY;
    return NULL;
}

static int leaves(const struct sockaddr *address) {
    char text[INET6_ADDRSTRLEN];
    const void *host;
    if (address && address->sa_family == AF_INET)
        host = &((const struct sockaddr_in *)address)->sin_addr;
    else if (address && address->sa_family == AF_INET6)
        host = &((const struct sockaddr_in6 *)address)->sin6_addr;
    else
        return 0;
    if (is_local(inet_ntop(address->sa_family, host, text, sizeof text)))
        return 0;
    record("connect", text);
    errno = ENETUNREACH;
    return 1;
}

int connect(int socket, const struct sockaddr *address, socklen_t length) {
    int (*next)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "connect");
    return leaves(address) ? -1 : next(socket, address, length);
}

ssize_t sendto(int socket, const void *data, size_t size, int flags, const struct sockaddr *address, socklen_t length) {
    ssize_t (*next)(int, const void *, size_t, int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "sendto");
    return leaves(address) ? -1 : next(socket, data, size, flags, address, length);
}
