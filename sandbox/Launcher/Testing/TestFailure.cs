using System.Xml.Linq;

namespace Webrana.Sandbox.Launcher.Testing;

/// <summary>One failed test, as its project's results tell it.</summary>
/// <param name="Name">With the arguments of its row.</param>
/// <param name="Type">The full name of its class.</param>
/// <param name="Message">What was wrong.</param>
/// <param name="Where">The stack.</param>
/// <param name="Exception">The full name of what was thrown.</param>
sealed record TestFailure(string Name, string Type, string Method, string Message, string Where, string Exception)
{
    /// <summary>As the runner's `-method` wants it: all rows of a theory.</summary>
    internal string FullName => $"{Type}.{Method}";

    internal static TestFailure Read(XElement test)
    {
        var failure = test.Element("failure");
        return new TestFailure(
            (string?)test.Attribute("name") ?? "?",
            (string?)test.Attribute("type") ?? "",
            (string?)test.Attribute("method") ?? "",
            (string?)failure?.Element("message") ?? "",
            (string?)failure?.Element("stack-trace") ?? "",
            (string?)failure?.Attribute("exception-type") ?? "");
    }
}
