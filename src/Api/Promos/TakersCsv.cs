using System.Globalization;
using System.Text;
using Webrana.Contracts.Promos;

namespace Webrana.Api.Promos;

/// <summary>Whom a draft would have given what, as CSV (RFC 4180), in blocks: addresses are looked up for some at a time.</summary>
internal static class TakersCsv
{
    private const int Block = 500;
    private const string Header = "userId,email,usages,deposited,amount\r\n";

    public static async Task WriteAsync(
        Stream body, IReadOnlyList<PromoTaker> takers, Func<IEnumerable<Guid>, Task<IReadOnlyDictionary<Guid, string>>> emails, CancellationToken cancellation)
    {
        await using var text = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await text.WriteAsync(Header.AsMemory(), cancellation);
        foreach (var block in takers.Chunk(Block))
        {
            var known = await emails(block.Select(taker => taker.User.Value));
            foreach (var taker in block)
                await text.WriteAsync(Line(taker, known.GetValueOrDefault(taker.User.Value)).AsMemory(), cancellation);
            await text.FlushAsync(cancellation);
        }
    }

    private static string Line(PromoTaker taker, string? email) => string.Create(
        CultureInfo.InvariantCulture, $"{taker.User},{UsageCsv.Cell(email)},{taker.UsageCount},{taker.DepositedIdr},{taker.BonusIdr}\r\n");
}
