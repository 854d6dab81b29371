using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Time.Testing;
using Webrana.Data.Idempotency;

namespace Webrana.Data.Tests.Idempotency;

/// <summary>Answers are unreadable in their rows, and open for every process in the row they were sealed for.</summary>
public sealed class AnswerSealTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IDisposable
{
    private static readonly IdempotencyScope Scope = new(Guid.NewGuid(), "POST /api/v1/orders", "satu");
    private readonly EphemeralDataProtectionProvider _ring = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero));
    private AnswerSeal? _seal;

    private AnswerSeal Seal => _seal ??= NewProcess();

    public void Dispose() => _seal?.Dispose();

    private AnswerSeal NewProcess() => new(database.Sources, _ring, _time);

    private async Task<byte[]> SealedAsync(string text, IdempotencyScope? scope = null)
    {
        byte[] answer = [.. new byte[AnswerSeal.Head], .. System.Text.Encoding.UTF8.GetBytes(text), .. new byte[AnswerSeal.Tail]];
        await Seal.SealAsync(scope ?? Scope, 201, answer);
        return answer;
    }

    private static async Task<string> OpenedAsync(AnswerSeal seal, byte[] answer, IdempotencyScope? scope = null, int status = 201) =>
        System.Text.Encoding.UTF8.GetString((await seal.OpenAsync(scope ?? Scope, status, answer))!);

    [Fact]
    public async Task What_one_process_sealed_another_opens_and_the_row_shows_nothing()
    {
        var answer = await SealedAsync("kata sandi");
        Assert.DoesNotContain("kata sandi", System.Text.Encoding.UTF8.GetString(answer), StringComparison.Ordinal);
        using var other = NewProcess();
        Assert.Equal("kata sandi", await OpenedAsync(other, answer));
        Assert.Equal("kata sandi", await OpenedAsync(Seal, answer));
    }

    [Fact]
    public async Task The_same_answer_sealed_twice_looks_different() => Assert.NotEqual(await SealedAsync("sama"), await SealedAsync("sama"));

    [Fact]
    public async Task It_opens_only_in_its_row_and_under_its_status()
    {
        var answer = await SealedAsync("kata sandi");
        var other = new IdempotencyScope(Guid.NewGuid(), Scope.Route, Scope.Key);
        await Assert.ThrowsAnyAsync<CryptographicException>(() => OpenedAsync(Seal, answer, other));
        await Assert.ThrowsAnyAsync<CryptographicException>(() => OpenedAsync(Seal, answer, status: 200));
    }

    [Fact]
    public async Task Every_changed_byte_is_noticed()
    {
        var answer = await SealedAsync("Rp");
        for (var at = 0; at < answer.Length; at++)
        {
            byte[] changed = [.. answer];
            changed[at] ^= 0x80;
            await Assert.ThrowsAnyAsync<CryptographicException>(() => OpenedAsync(Seal, changed));
        }
    }

    [Fact]
    public async Task A_leading_zero_leaves_it_to_the_way_of_the_version_before() =>
        Assert.Null(await Seal.OpenAsync(Scope, 200, [0, .. "{}"u8]));

    [Fact]
    public async Task Many_at_once_share_one_key_and_each_opens()
    {
        // One process, whoever of them asks for it first.
        Assert.NotNull(Seal);
        var scopes = Enumerable.Range(0, 500).Select(n => new IdempotencyScope(Guid.NewGuid(), Scope.Route, $"{n}")).ToList();
        var answers = await Task.WhenAll(scopes.Select((scope, n) => Task.Run(() => SealedAsync($"jawaban {n}", scope))));
        Assert.Single(answers.Select(answer => Convert.ToHexString(answer.AsSpan(1, 4))).Distinct());
        Assert.Equal(500, answers.Select(answer => Convert.ToHexString(answer.AsSpan(5, 8))).Distinct().Count()); // no nonce twice
        using var other = NewProcess();
        for (var n = 0; n < 500; n++) Assert.Equal($"jawaban {n}", await OpenedAsync(other, answers[n], scopes[n]));
    }

    [Fact]
    public async Task After_half_a_day_a_new_key_seals_and_the_old_one_still_opens()
    {
        var first = await SealedAsync("pagi");
        _time.Advance(AnswerSeal.KeyLife);
        var second = await SealedAsync("malam");
        Assert.NotEqual(first[1..5], second[1..5]);
        Assert.Equal(("pagi", "malam"), (await OpenedAsync(Seal, first), await OpenedAsync(Seal, second)));
    }

    [Fact]
    public async Task A_key_outlives_every_answer_under_it_and_is_then_forgotten()
    {
        var answer = await SealedAsync("lama");
        _time.Advance(AnswerSeal.KeyLife + IdempotencyStore.Kept);
        await Seal.ForgetAsync(TestContext.Current.CancellationToken);
        using var other = NewProcess();
        Assert.Equal("lama", await OpenedAsync(other, answer));
        _time.Advance(TimeSpan.FromDays(2));
        await Seal.ForgetAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<CryptographicException>(() => OpenedAsync(Seal, answer));
    }
}
