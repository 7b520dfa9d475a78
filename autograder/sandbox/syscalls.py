"""Which system calls the sandbox has: a list of what Python and its programs need (seccomp(2)).

What is not named here does not exist in there (ENOSYS), so that what a later kernel brings is
not there either. Left out on purpose is whatever outlives the process that made it (queues,
semaphores and keys of the kernel, extended attributes), reaches another process but by a
signal (locks on the library's files would reach another sandbox), holds memory that no process
is charged for, or counts for the whole machine (watches, asynchronous I/O).
"""

import tempfile
from functools import lru_cache
from itertools import chain

__all__ = ["program"]

_ALLOWED = """
accept accept4 access alarm arch_prctl bind brk capget chdir chmod chown clock_getres
clock_gettime clock_nanosleep close close_range connect copy_file_range creat dup dup2 dup3
epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait
epoll_wait_old eventfd eventfd2 execve execveat exit exit_group faccessat faccessat2 fadvise64
fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fdatasync fgetxattr flistxattr
fork fstat fstatfs fsync ftruncate futex futex_waitv futimesat getcpu getcwd getdents getdents64
getegid geteuid getgid getgroups getitimer getpeername getpgid getpgrp getpid getppid
getpriority getrandom getresgid getresuid getrlimit get_robust_list getrusage getsid
getsockname getsockopt gettid gettimeofday getuid getxattr kill lchown lgetxattr link linkat
listen listxattr llistxattr lseek lstat madvise membarrier mincore mkdir mkdirat mknod mknodat
mprotect mremap msync munmap nanosleep newfstatat open openat openat2 pause pidfd_open
pidfd_send_signal pipe pipe2 poll ppoll prctl pread64 preadv preadv2 pselect6 pwrite64 pwritev
pwritev2 read readahead readlink readlinkat readv recvfrom recvmmsg recvmsg rename renameat
renameat2 restart_syscall rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo
rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo sched_getaffinity sched_getattr
sched_getparam sched_get_priority_max sched_get_priority_min sched_getscheduler
sched_rr_get_interval sched_yield select sendfile sendmmsg sendmsg sendto setitimer setpgid
setrlimit set_robust_list setsid setsockopt set_tid_address shutdown sigaltstack signalfd
signalfd4 socketpair splice stat statfs statx symlink symlinkat sync_file_range sysinfo tee tgkill
time timer_create timer_delete timerfd_create timerfd_gettime timerfd_settime timer_getoverrun
timer_gettime timer_settime times tkill truncate ugetrlimit umask uname unlink unlinkat utime
utimensat utimes vfork wait4 waitid waitpid write writev
"""

# Calls that may name somebody else: here every one of these arguments is 0, the caller itself.
_OF_ITSELF = {"prlimit64": (0,), "sched_setaffinity": (0,), "setpriority": (0, 1)}

_MAP_HUGETLB = 0x40000  # mmap(2): from a store of the machine's that no process is charged for
_CLONE_NEWUSER = 0x10000000
_INTERNET = (2, 10)  # AF_INET, AF_INET6
_PROTOCOLS = (0, 6, 17)  # the family's own choice, TCP, UDP
_UNIX, _NETLINK, _ROUTE = 1, 16, 0  # netlink tells which addresses there are (getaddrinfo)
# fcntl(2): F_DUPFD to F_SETFL, F_SETOWN to F_GETSIG, F_SETOWN_EX and F_GETOWN_EX. Locks lie
# between them; leases, watches and pipe sizes above.
_COMMANDS = (range(5), range(8, 12), range(15, 17), (1030,))  # and F_DUPFD_CLOEXEC
_TERMINALS, _INTERFACES, _GROUPS = 0x5400, 0x8900, 0xFFFFFF00  # ioctl(2): asm/ioctls.h, sockios.h
_NEW_TERMINAL = (0x40045431, 0x80045430)  # TIOCSPTLCK and TIOCGPTN: openpty(3)
_INT = 0xFFFFFFFF  # what the kernel looks at of such an argument


@lru_cache(maxsize=1)
def program() -> bytes:
    """Return the list as bubblewrap reads it. Raises ImportError, OSError or RuntimeError."""
    import errno

    import pyseccomp as seccomp  # type: ignore[import-untyped]  # it ships no types

    rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.ENOSYS))

    rules.set_attr(seccomp.Attr.ACT_BADARCH, seccomp.ERRNO(errno.ENOSYS))  # 32-bit programs' calls

    def allow(name: str, *arguments: object) -> None:
        try:
            rules.add_rule(seccomp.ALLOW, name, *arguments)
        except (OSError, RuntimeError, ValueError):
            return  # this machine's libseccomp does not know the name: it stays away

    def masked(place: int, value: int, mask: int = _INT) -> object:
        return seccomp.Arg(place, seccomp.MASKED_EQ, mask, value)

    for name in _ALLOWED.split():
        allow(name)
    for name, places in _OF_ITSELF.items():
        allow(name, *(masked(place, 0) for place in places))
    allow("mmap", masked(3, 0, _MAP_HUGETLB))
    allow("mmap2", masked(3, 0, _MAP_HUGETLB))
    allow("clone", masked(0, 0, _CLONE_NEWUSER))  # not clone3: its flags cannot be looked at
    for family in _INTERNET:
        for protocol in _PROTOCOLS:
            allow("socket", masked(0, family), masked(2, protocol))
    allow("socket", masked(0, _UNIX))
    allow("socket", masked(0, _NETLINK), masked(2, _ROUTE))
    for command in chain(*_COMMANDS):
        allow("fcntl", masked(1, command))
    for group in (_TERMINALS, _INTERFACES):
        allow("ioctl", masked(1, group, _GROUPS))
    for request in _NEW_TERMINAL:
        allow("ioctl", masked(1, request))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
