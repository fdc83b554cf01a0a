import Foundation
import Glibc

/// The names of run and campaign folders that the user does not name.
enum RunFolderName {
    /// The longest part of a name that is used, in bytes: a file name has at most 255.
    private static let longest = 100

    /// `runs/shop-20261130-155012`, in local time; with `-2`, `-3`, … at the end if that exists.
    ///
    /// - Parameters:
    ///   - name: the name of what is run; whatever it is, the path is inside `runs`
    ///   - isTaken: whether a path exists
    static func unused(
        _ name: String, at time: Date = Date(), isTaken: (String) -> Bool = { access($0, F_OK) == 0 }
    ) -> String {
        let words = PathName.safe(name).drop { "-.".contains($0) }
        let path = "runs/\(words.isEmpty ? "run" : words.prefix(longest))-\(stamp(time))"
        guard isTaken(path) else { return path }
        return (2...1000).lazy.map { "\(path)-\($0)" }.first { !isTaken($0) } ?? path
    }

    /// The name of the first log without its folder and its ending: `shop` of `logs/shop.rlog`.
    static func name(ofLogs logs: [String]) -> String {
        let file = logs.first?.split(separator: "/").last.map(String.init) ?? ""
        return file.hasSuffix(".rlog") ? String(file.dropLast(5)) : file
    }

    private static func stamp(_ time: Date) -> String {
        var (seconds, parts) = (time_t(time.timeIntervalSince1970), tm())
        localtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let length = strftime(&text, text.count, "%Y%m%d-%H%M%S", &parts)
        return String(decoding: text.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
