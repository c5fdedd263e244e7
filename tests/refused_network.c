/* Loaded before a program's own libraries (LD_PRELOAD): refuses whatever would leave this machine, and writes it down.

   Native code, such as onnxruntime's, is heard too, which no audit hook of Python's is. Each refusal is a line of
   the file that REFUSED_NETWORK names: "lookup NAME" or "connect ADDRESS". Where REFUSED_NETWORK_PORTS is set (to ports
   with commas before and behind each), this machine's own ports are refused, too, but for those:
   "connect ADDRESS:PORT". */

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

static int is_named(int port) {
    char wanted[16];
    const char *ports = getenv("REFUSED_NETWORK_PORTS");
    snprintf(wanted, sizeof wanted, ",%d,", port);
    return !ports || strstr(ports, wanted) != NULL;
}

static int leaves(const struct sockaddr *address) {
    char text[INET6_ADDRSTRLEN], place[INET6_ADDRSTRLEN + 8];
    const void *host;
    int port;
    if (address && address->sa_family == AF_INET) {
        host = &((const struct sockaddr_in *)address)->sin_addr;
        port = ntohs(((const struct sockaddr_in *)address)->sin_port);
    } else if (address && address->sa_family == AF_INET6) {
        host = &((const struct sockaddr_in6 *)address)->sin6_addr;
        port = ntohs(((const struct sockaddr_in6 *)address)->sin6_port);
    } else
        return 0;
    if (!is_local(inet_ntop(address->sa_family, host, text, sizeof text)))
        record("connect", text);
    else if (!is_named(port)) {
        snprintf(place, sizeof place, "%s:%d", text, port);
        record("connect", place);
    } else
        return 0;
    errno = ENETUNREACH;
    return 1;
}

int connect(int socket, const struct sockaddr *address, socklen_t length) {
    int (*next)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "connect");
    return leaves(address) ? -1 : next(socket, address, length);
}

ssize_t sendmsg(int socket, const struct msghdr *message, int flags) {
    ssize_t (*next)(int, const struct msghdr *, int) = dlsym(RTLD_NEXT, "sendmsg");
    return leaves(message ? message->msg_name : NULL) ? -1 : next(socket, message, flags);
}

ssize_t sendto(int socket, const void *data, size_t size, int flags, const struct sockaddr *address, socklen_t length) {
    ssize_t (*next)(int, const void *, size_t, int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "sendto");
    return leaves(address) ? -1 : next(socket, data, size, flags, address, length);
}
