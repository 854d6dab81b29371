using System.Globalization;

namespace Webrana.Contracts.Notifications;

/// <summary>
/// Something to tell a customer: which kind, and the figures in it. Never a sentence: it is rendered where it is read, in the reader's
/// language, so that state stays small and a corrected text helps what still waits. Made by the factories only, one per kind.
/// </summary>
/// <param name="NoticeId">The caller's id, unique per customer: told twice under one id, it is told once.</param>
/// <param name="Values">Name → value: money in digits, times as RFC 3339, codes, and names as they are.</param>
[GenerateSerializer, Immutable, Alias("notice")]
public sealed partial record Notice(
    [property: Id(0)] string NoticeId,
    [property: Id(1)] NoticeKind Kind,
    [property: Id(2)] IReadOnlyDictionary<string, string> Values)
{
    private static Notice Of(string id, NoticeKind kind, params (string Name, string Value)[] values) =>
        new(id, kind, values.ToDictionary(value => value.Name, value => value.Value));

    private static (string, string) Money(string name, long amountIdr) => (name, amountIdr.ToString(CultureInfo.InvariantCulture));

    private static (string, string) Time(string name, DateTimeOffset at) => (name, at.ToString("O", CultureInfo.InvariantCulture));
}
