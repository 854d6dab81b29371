using System.Security.Cryptography;
using Webrana.Contracts;
using Webrana.Contracts.Promos;
using Webrana.Domain.Promos;

namespace Webrana.Grains.Promos;

// The rule and its versions. Order of writing: history row, code, state. Dying in between leaves an intent in the history that no version
// in force points at, or a code that means a promo without it, which answers like no code at all.
public sealed partial class PromoGrain
{
    /// <inheritdoc/>
    public async Task<Result<PromoView, PromoError>> Create(CreatePromo command)
    {
        if (command.Definition.Contradiction() is { } contradiction) return Invalid(contradiction);
        if (command.GenerateCode && command.Definition.Code is not null) return Invalid("A code is given or generated, not both.");
        var known = _state.Value;
        var wanted = PromoState.Of(command.Definition);
        if (known.Exists)
        {
            // The generated code is the only thing that a repeated call cannot know.
            var same = known.Rule() == (command.GenerateCode ? wanted with { Code = known.Code } : wanted);
            return same && known is { Version: 1, Archived: false } ? await View() : PromoError.OperationConflict;
        }

        if (command.GenerateCode) wanted = wanted with { Code = PromoCode.Generate(RandomNumberGenerator.GetInt32) };
        return await Write(wanted with { CreatedAtMs = NowMs, UpdatedAtMs = NowMs }, "CREATED", command.Actor);
    }

    /// <inheritdoc/>
    public async Task<Result<PromoView, PromoError>> Change(ChangePromo command)
    {
        var known = _state.Value;
        if (!known.Exists) return PromoError.NotFound;
        if (known.Archived) return PromoError.Archived;
        if (command.Definition.Contradiction() is { } contradiction) return Invalid(contradiction);
        if (command.Definition.Type != known.Type) return Invalid("A promo's type never changes; create another promo.");
        var wanted = PromoState.Of(command.Definition);
        if (wanted == known.Rule() && command.FromVersion is var from && (from == known.Version || from == known.Version - 1))
            return await View(); // Nothing to change, or the same change heard again.
        if (command.FromVersion != known.Version) return PromoError.VersionConflict;
        return await Write(
            wanted with { Version = known.Version + 1, CreatedAtMs = known.CreatedAtMs, UpdatedAtMs = NowMs }, "CHANGED", command.Actor);
    }

    /// <inheritdoc/>
    public async Task<Result<PromoView, PromoError>> Archive(string actor)
    {
        var known = _state.Value;
        if (!known.Exists) return PromoError.NotFound;
        return known.Archived
            ? await View()
            : await Write(known with { Archived = true, Version = known.Version + 1, UpdatedAtMs = NowMs }, "ARCHIVED", actor);
    }

    async Task<Result<PromoView, PromoError>> Write(PromoState next, string change, string actor)
    {
        // The code first: a promo without its code would be a promo that applies to nobody.
        if (next.Code is { } code && !await _usages.ClaimCodeAsync(code, PromoId)) return PromoError.CodeTaken;
        await _versions.NoteAsync(PromoId, next.Version, change, actor, next.ToJson(), _time.GetUtcNow());
        await _failPoints.Hit("promo.version_noted", this.GetPrimaryKeyString());
        await _state.Update(_ => next);
        (_terms, _soldOut) = (null, null); // Limits may have moved.
        return await View();
    }

    long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    static Result<PromoView, PromoError> Invalid(string contradiction) =>
        Result<PromoView, PromoError>.Refused(PromoError.InvalidDefinition, contradiction);
}
