import Glibc

/// Called by libFuzzer (LLVMFuzzerTestOneInput of llvm.org/docs/LibFuzzer.html).
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    target.run(UnsafeRawBufferPointer(start: bytes, count: count))
    return 0
}

/// Called once at the start. `seeds FOLDER FILE…` makes corpora from captures and session logs instead of fuzzing.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> Int32 {
    let words = (0..<Int(count.pointee)).compactMap { arguments.pointee[$0].map { String(cString: $0) } }
    guard words.count > 2, words[1] == "seeds" else { return 0 }
    for file in words[3...] { Seeds(folder: words[2]).make(from: file) }
    Seeds(folder: words[2]).makeRuns()
    exit(0)
}

/// The part that is fuzzed, from the variable REPRISE_FUZZ_TARGET, which libFuzzer's child processes inherit.
private let target: FuzzTarget = {
    let name = getenv("REPRISE_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
        let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
        fatalError("REPRISE_FUZZ_TARGET names no target (\(names)): '\(name)'")
    }
    return target
}()
