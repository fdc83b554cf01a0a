import Capture
import Glibc

/// The input is the file.
func fuzzFile(_ input: UnsafeRawBufferPointer) {
    guard ftruncate(scratchFile, 0) == 0, pwrite(scratchFile, input.baseAddress, input.count, 0) == input.count else {
        fatalError("no room for a file")
    }
    var assembler = TrafficAssembler()
    do throws(CaptureFileError) {
        var file = try CaptureFile(path: "/proc/self/fd/\(scratchFile)")
        while try assembler.read(&file, untilBatchBytes: 1 << 20) { assembler.emptyBatch() }
    } catch {
        precondition(!"\(error)".isEmpty, "an error says what it is")
    }
    assembler.finish()
}

/// A file without a name, reused for every input.
private let scratchFile = fileno(tmpfile())
