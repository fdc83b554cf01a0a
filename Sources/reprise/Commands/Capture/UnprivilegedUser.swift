import CLinux
import Glibc

/// The user that a capture continues as once everything that needs privileges is open.
struct UnprivilegedUser {
    private let name: String
    private let user: uid_t
    private let group: gid_t

    /// Looks up the user called `name`.
    init(name: String) throws {
        // Not thread-safe; no other thread runs yet.
        guard let entry = getpwnam(name) else { throw CommandFailure("there is no user \(name)", .usage) }
        self.name = name
        user = entry.pointee.pw_uid
        group = entry.pointee.pw_gid
    }

    /// Makes the user the owner of the file at `path`, which this process has just created.
    func own(_ path: String) throws {
        guard lchown(path, user, group) == 0 else { throw failure("cannot give \(path) to \(name)") }
    }

    /// Switches to the user and that user's groups permanently: in all threads, without capabilities, and without
    /// gaining any by running other programs.
    ///
    /// - Throws: also if a check shows that privileges could be regained.
    func become() throws {
        if getuid() != user || geteuid() != user {
            guard reprise_become(name, user, group) == 0 else { throw failure("cannot switch to user \(name)") }
        }
        guard reprise_keep_no_privileges() == 0 else { throw failure("cannot give up privileges") }
        guard reprise_can_regain(user, group) == 0 else {
            throw CommandFailure("privileges could be regained after switching to user \(name)")
        }
    }

    /// Checks that the user can create files in the folder of `path`, as rotation does. Before ``become()``.
    func checkCanCreate(nextTo path: String) throws {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        guard mayAccess(folder, W_OK | X_OK) else {
            throw failure("user \(name) cannot create the next logs in \(folder)")
        }
    }

    /// Checks that the user can read the file at `path`, or that it does not exist yet. Before ``become()``.
    func checkCanRead(_ path: String) throws {
        guard mayAccess(path, R_OK) || errno == ENOENT else { throw failure("user \(name) cannot read \(path)") }
    }

    /// What access(2) would return for the user; the reason is in errno.
    private func mayAccess(_ path: String, _ mode: Int32) -> Bool {
        guard getuid() != user else { return access(path, mode) == 0 }
        guard reprise_ask_as(name, user, group) == 0 else { return false }
        let answer = access(path, mode)
        let reason = errno
        guard reprise_ask_as_root() == 0 else { return false }
        errno = reason
        return answer == 0
    }

    private func failure(_ what: String) -> CommandFailure {
        CommandFailure("\(what): \(String(cString: strerror(errno)))")
    }
}
