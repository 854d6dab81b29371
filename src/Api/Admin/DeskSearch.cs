using Microsoft.EntityFrameworkCore;
using Webrana.Api.Accounts;
using Webrana.Api.Hosting;
using Webrana.Contracts;
using Webrana.Contracts.Deposits;
using Webrana.Contracts.Droplets;
using Webrana.Data.Desk;
using Webrana.Data.Network;
using Webrana.Wire.Admin;

namespace Webrana.Api.Admin;

/// <summary>Finds customers, servers and deposits by whatever a customer or a bank quotes. Every question is answered by an index.</summary>
internal sealed class DeskSearch(IdentityDb db, Lookups lookups, IClusterClient cluster)
{
    private const int Most = 20;

    public async Task<IReadOnlyList<FoundItem>> FindAsync(string text, bool servers, CancellationToken cancellation)
    {
        var word = text.Trim();
        var found = new List<FoundItem>();
        found.AddRange(await CustomersAsync(word, cancellation));
        var subjects = (await lookups.FindAsync(word, Most, cancellation)).ToList();
        if (MerchantRef.TryParse(word.ToUpperInvariant(), out var invoice))
            subjects.Add(new LookupRow(word, LookupKind.Reference, GrainKeys.Deposit(invoice), Guid.Empty));
        if (Guid.TryParse(word, out var id))
        {
            subjects.Add(new LookupRow(word, LookupKind.Name, GrainKeys.Droplet(new InstanceId(id)), Guid.Empty));
            subjects.Add(new LookupRow(word, LookupKind.Name, GrainKeys.Deposit(new DepositId(id)), Guid.Empty));
        }

        var read = await Grains.ReadAllAsync(subjects.DistinctBy(row => (row.Subject, row.Kind)), row => ReadAsync(row, word, servers));
        found.AddRange(read.OfType<FoundItem>().DistinctBy(item => (item.Kind, item.Id)));
        var ids = found.Where(item => item.Email is null).Select(item => Guid.Parse(item.UserId)).ToHashSet();
        var emails = await db.Users.AsNoTracking().Where(user => ids.Contains(user.Id)).ToDictionaryAsync(user => user.Id, user => user.Email, cancellation);
        return [.. found.Select(item => item.Email is null ? item with { Email = emails.GetValueOrDefault(Guid.Parse(item.UserId)) } : item)];
    }

    private async Task<IEnumerable<FoundItem>> CustomersAsync(string word, CancellationToken cancellation)
    {
        // Identity's own column for addresses is upper case; a prefix is served by its pattern index.
        var address = Escape(word.ToUpperInvariant()) + "%";
        var phones = Phones(word).Select(phone => Escape(phone) + "%").ToArray();
        var users = db.Users.AsNoTracking();
        var byAddress = await users.Where(user => EF.Functions.Like(user.NormalizedEmail!, address)).OrderBy(user => user.NormalizedEmail).Take(Most).ToListAsync(cancellation);
        var byPhone = phones.Length == 0 ? [] : await users.Where(user => phones.Any(phone => EF.Functions.Like(user.Phone!, phone))).Take(Most).ToListAsync(cancellation);
        var byId = Guid.TryParse(word, out var id) ? await users.Where(user => user.Id == id).ToListAsync(cancellation) : [];
        var ip = AddressText.Canonical(word);
        var byIp = ip is null
            ? []
            : await db.Users.FromSql($"SELECT * FROM identity.users WHERE id IN (SELECT user_id FROM identity.sessions WHERE ip = {ip})").AsNoTracking().Take(Most).ToListAsync(cancellation);
        var byScript = ip is null
            ? []
            : await db.Users.FromSql($"SELECT * FROM identity.users WHERE id IN (SELECT user_id FROM identity.api_tokens WHERE last_used_ip = {ip})").AsNoTracking().Take(Most).ToListAsync(cancellation);
        return byAddress.Select(user => Of(user, user.Email!, "EMAIL"))
            .Concat(byPhone.Select(user => Of(user, user.Phone!, "PHONE")))
            .Concat(byId.Select(user => Of(user, word, "ID")))
            .Concat(byIp.Select(user => Of(user, ip!, "SIGN_IN_IP")))
            .Concat(byScript.Select(user => Of(user, ip!, "TOKEN_IP")))
            .DistinctBy(item => item.Id);
    }

    private async Task<FoundItem?> ReadAsync(LookupRow row, string word, bool servers)
    {
        var by = System.Text.Json.JsonNamingPolicy.SnakeCaseUpper.ConvertName(row.Kind.ToString());
        if (row.Subject.StartsWith("deposit:", StringComparison.Ordinal))
        {
            var deposit = await cluster.GetGrain<IDepositGrain>(row.Subject).Get();
            return deposit.TryGet(out var view)
                ? new FoundItem(FoundKind.Deposit, view.DepositId.ToString(), view.Owner.ToString(), null, view.MerchantRef, row.Value, row.Owner == Guid.Empty ? "MERCHANT_REF" : by)
                : null;
        }

        if (!servers)
            return null;
        var server = await cluster.GetGrain<IDropletGrain>(row.Subject).Get();
        return server.TryGet(out var droplet)
            ? new FoundItem(FoundKind.Server, droplet.Instance.ToString(), droplet.Owner.ToString(), null, droplet.Name, row.Value, row.Value == word && Guid.TryParse(word, out _) ? "ID" : by)
            : null;
    }

    private static FoundItem Of(User user, string matched, string by) =>
        new(FoundKind.Customer, user.Id.ToString("D"), user.Id.ToString("D"), user.Email, user.Name, matched, by);

    /// <summary>Numbers are kept as they were typed: 0812… and +62812… are one number.</summary>
    private static string[] Phones(string word)
    {
        var digits = new string([.. word.Where(char.IsAsciiDigit)]);
        if (digits.Length < 4 || word.Any(letter => !char.IsAsciiDigit(letter) && letter is not ('+' or ' ' or '-' or '.' or '(' or ')')))
            return [];
        var local = digits.StartsWith("62", StringComparison.Ordinal) ? digits[2..] : digits.TrimStart('0');
        return [$"0{local}", $"+62{local}", $"62{local}", digits];
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_");
}
