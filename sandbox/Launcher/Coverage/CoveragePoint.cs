namespace Webrana.Sandbox.Launcher.Coverage;

/// <summary>A place in the source whose execution is recorded: one byte of the hits file.</summary>
/// <param name="Project">`Domain`, `Grains` …</param>
/// <param name="File">The source file.</param>
/// <param name="Line">Where the statement starts.</param>
readonly record struct CoveragePoint(string Project, string File, int Line);
