import Formats
import Glibc
import TestSupport
import Testing

@testable import ContentCodings

/// Files read through one window, as they are or out of what they are compressed with.
@Suite struct ByteSourceTests {
    private struct Failure: FileError, Equatable {
        var problem: FileProblem

        init(_ problem: FileProblem, path: String) { self.problem = problem }
    }

    private let folder: TemporaryFolder
    /// Compressible, and longer than several windows.
    private static let content = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 / 7) }

    init() throws { folder = try TemporaryFolder() }

    /// All that can be read of a file with `bytes`, asked for so much at a time.
    private func read(
        _ bytes: [UInt8], by count: Int = 4096, decodesUTF16: Bool = false
    ) throws -> (content: [UInt8], problem: FileProblem?) {
        let path = try folder.write("file", bytes)
        var content: [UInt8] = []
        var source = try ByteSource<Failure>.opening(path, decodesUTF16: decodesUTF16)
        do throws(Failure) {
            while try source.need(count) || source.available > 0 {
                #expect(source.offset == UInt64(content.count))
                let taken = min(count, source.available)
                content += source.unread[..<taken]
                source.consume(taken)
            }
        } catch {
            content += source.unread
            return (content, error.problem)
        }
        return (content, nil)
    }

    private static func coded(_ steps: [ContentCoding.Step], _ bytes: [UInt8] = content) throws -> [UInt8] {
        try ContentCoding(steps).encoded(bytes)
    }

    @Test(
        arguments: [[], [.gzip], [.zstd], [.gzip, .zstd], [.zstd, .gzip], [.gzip, .gzip]] as [[ContentCoding.Step]],
        [1000, 300_000, 700_000]) func givesWhatWasWritten(steps: [ContentCoding.Step], count: Int) throws
    {
        let (content, problem) = try read(Self.coded(steps), by: count)
        #expect(content == Self.content && problem == nil)
    }

    @Test(arguments: [0, 1, 2, 3, 4, 5]) func shortFilesAreWhole(count: Int) throws {
        let bytes = Array(([7, 8, 9, 10, 11] as [UInt8])[..<count])
        for steps in [[], [.gzip], [.zstd]] as [[ContentCoding.Step]] {
            let (content, problem) = try read(Self.coded(steps, bytes), by: 1)
            #expect(content == bytes && problem == nil, "\(steps)")
        }
    }

    @Test(arguments: [.gzip, .zstd] as [ContentCoding.Step]) func partsFollowOneAnother(step: ContentCoding.Step) throws
    {
        let half = Self.content.count / 2
        let parts =
            try Self.coded([step], Array(Self.content[..<half])) + Self.coded([step], Array(Self.content[half...]))
        let (content, problem) = try read(parts)
        #expect(content == Self.content && problem == nil)
    }

    /// The bytes before the error are returned and the error is reported: a part of a file must not pass for the whole.
    @Test(arguments: [[.gzip], [.zstd], [.zstd, .gzip], [.gzip, .zstd]] as [[ContentCoding.Step]])
    func aTruncatedFileIsReported(steps: [ContentCoding.Step]) throws {
        var random = SplitMix64(seed: 5)
        let noise = (0..<400_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        let whole = try Self.coded(steps, noise)
        for kept in [20, whole.count / 2, whole.count - 1] {
            let (content, problem) = try read(Array(whole[..<kept]))
            #expect(noise.starts(with: content) && (kept < 1000 || content.count > 100_000), "\(content.count) bytes")
            #expect(problem == .compression("it is cut off"), "\(kept) bytes")
        }
    }

    @Test func zerosAfterAGzipMemberArePadding() throws {
        let member = try Self.coded([.gzip])
        for zeros in [1, 511, 100_000] {
            let (content, problem) = try read(member + [UInt8](repeating: 0, count: zeros))
            #expect(content == Self.content && problem == nil, "\(zeros) zeros")
        }
        let (both, problem) = try read(member + [0, 0, 0] + member)
        #expect(both == Self.content + Self.content && problem == nil)
        let (content, failure) = try read(member + [0, 1, 2, 3])
        #expect(content == Self.content && failure == .compression("the gzip data are damaged"))
    }

    @Test func aFileThatCannotBeOpenedIsReported() throws {
        #expect(throws: Failure(.cannotOpen(ENOENT), path: "")) {
            _ = try ByteSource<Failure>.opening(folder.file("none"))
        }
        #expect(throws: Failure(.cannotOpen(EISDIR), path: "")) { _ = try ByteSource<Failure>.opening(folder.path) }
    }

    @Test func textIsDecodedWhereThatIsAskedFor() throws {
        let text = String(repeating: "{\"é\":\"😀\"}\n", count: 50_000)
        let units = text.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
        for bytes in [units, [0xff, 0xfe] + units] {
            let (content, problem) = try read(Self.coded([.gzip], bytes), by: 100_000, decodesUTF16: true)
            let decoded = String(decoding: content, as: UTF8.self)
            #expect(decoded == (bytes == units ? text : "\u{feff}" + text) && problem == nil)
            #expect(try read(bytes).content == bytes, "as it is")
        }
    }
}
