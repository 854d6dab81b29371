using System.Reflection;
using Webrana.Api.Hosting;
using Webrana.Data.Legal;
using Webrana.Domain.Legal;

namespace Webrana.Api.Legal;

/// <summary>
/// Every version of every document: the first of each is shipped with the product, later ones are rows. Rows are read at most every two
/// seconds by each process; a version that binds later than it is published is seen everywhere in time.
/// </summary>
public sealed class LegalLibrary(LegalRows rows, BusinessTime clock)
{
    /// <summary>How old an answer may be.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private static readonly DateTimeOffset FirstDay = new(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(7));
    private static readonly IReadOnlyList<PublishedText> Shipped = [.. Enum.GetValues<LegalDocument>().Select(document => new PublishedText(
        new LegalVersion(document, 1, FirstDay.ToUniversalTime()), Resource(document, "id"), Resource(document, "en")))];

    private readonly Lock _gate = new();
    private Task<IReadOnlyList<PublishedText>>? _reading;
    private TimeSpan _readAt;

    /// <summary>Now, as documents count it.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>All versions with their texts, as of at most <see cref="Fresh"/> ago.</summary>
    public Task<IReadOnlyList<PublishedText>> AllAsync()
    {
        lock (_gate)
        {
            var now = TimeProvider.System.GetElapsedTime(0);
            if (_reading is null or { IsFaulted: true } or { IsCanceled: true } || (_reading.IsCompleted && now - _readAt >= Fresh))
                (_reading, _readAt) = (LoadAsync(), now);
            return _reading;
        }
    }

    /// <summary>What binds now.</summary>
    public async Task<IReadOnlyList<LegalVersion>> InForceAsync() => LegalRules.InForce((await AllAsync()).Select(text => text.Version), Now);

    /// <summary>This process's own publication is seen by its next question.</summary>
    public void Forget()
    {
        lock (_gate)
            _reading = null;
    }

    private async Task<IReadOnlyList<PublishedText>> LoadAsync()
    {
        // The gate is held by the caller up to the first await.
        await Task.Yield();
        return [.. Shipped, .. await rows.PublishedAsync()];
    }

    private static string Resource(LegalDocument document, string language)
    {
        var name = document == LegalDocument.AcceptableUse ? "acceptable-use" : document.ToString().ToLowerInvariant();
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"legal/{name}-{language}")
            ?? throw new InvalidOperationException($"The text of {document} in '{language}' is not shipped.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
