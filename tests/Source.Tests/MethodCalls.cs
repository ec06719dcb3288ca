using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Source.Tests;

/// <summary>What the methods of a compiled assembly use of other assemblies, read from their instructions.</summary>
internal sealed class MethodCalls : IDisposable
{
    private static readonly Dictionary<int, OpCode> Instructions = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value);

    private readonly PEReader _file;
    private readonly MetadataReader _metadata;

    public MethodCalls(string assembly)
    {
        _file = new PEReader(File.OpenRead(assembly));
        _metadata = _file.GetMetadataReader();
    }

    /// <summary>Each use of what another assembly has: by which type, from which namespace, and what, with all its names.</summary>
    public IEnumerable<(string By, string Namespace, string Member)> All() =>
        from handle in _metadata.TypeDefinitions
        let type = _metadata.GetTypeDefinition(handle)
        from method in type.GetMethods()
        let body = _metadata.GetMethodDefinition(method).RelativeVirtualAddress
        where body != 0
        from token in Tokens(_file.GetMethodBody(body).GetILContent())
        let used = Used(MetadataTokens.EntityHandle(token))
        where used is not null
        select (Outermost(handle), used.Value.Namespace, used.Value.Member);

    public void Dispose() => _file.Dispose();

    // Every operand that names a method, a field or a type.
    private static IEnumerable<int> Tokens(ImmutableArray<byte> code)
    {
        for (var at = 0; at < code.Length;)
        {
            int value = code[at++];
            if (value == 0xFE)
            {
                value = (value << 8) | code[at++];
            }

            switch (Instructions[value].OperandType)
            {
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    at += 1;
                    break;
                case OperandType.InlineVar:
                    at += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    at += 8;
                    break;
                case OperandType.InlineSwitch:
                    at += 4 + (4 * BitConverter.ToInt32(code.AsSpan(at, 4)));
                    break;
                case OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineTok or OperandType.InlineType:
                    yield return BitConverter.ToInt32(code.AsSpan(at, 4));
                    at += 4;
                    break;
                default:
                    at += 4;
                    break;
            }
        }
    }

    private (string Namespace, string Member)? Used(EntityHandle handle) => handle.Kind switch
    {
        HandleKind.MemberReference => Of(_metadata.GetMemberReference((MemberReferenceHandle)handle)),
        HandleKind.MethodSpecification => Used(_metadata.GetMethodSpecification((MethodSpecificationHandle)handle).Method),
        HandleKind.TypeReference => Type((TypeReferenceHandle)handle),
        _ => null,
    };

    private (string Namespace, string Member)? Of(MemberReference member)
    {
        (string Namespace, string Type)? type = member.Parent.Kind switch
        {
            HandleKind.TypeReference => Type((TypeReferenceHandle)member.Parent),
            HandleKind.TypeSpecification => Generic((TypeSpecificationHandle)member.Parent),
            _ => null,
        };
        return type is { } known ? (known.Namespace, $"{known.Type}.{_metadata.GetString(member.Name)}") : null;
    }

    // A generic type is written as its definition and arguments; the definition says what is used.
    private (string Namespace, string Type)? Generic(TypeSpecificationHandle handle)
    {
        var signature = _metadata.GetBlobReader(_metadata.GetTypeSpecification(handle).Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return null;
        }

        signature.ReadCompressedInteger();
        return signature.ReadTypeHandle() is { Kind: HandleKind.TypeReference } definition ? Type((TypeReferenceHandle)definition) : null;
    }

    private (string Namespace, string Type) Type(TypeReferenceHandle handle)
    {
        var type = _metadata.GetTypeReference(handle);
        var name = _metadata.GetString(type.Name);
        if (type.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            var outer = Type((TypeReferenceHandle)type.ResolutionScope);
            return (outer.Namespace, $"{outer.Type}.{name}");
        }

        var at = _metadata.GetString(type.Namespace);
        return (at, $"{at}.{name}");
    }

    private string Outermost(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        return type.GetDeclaringType() is { IsNil: false } outer ? Outermost(outer) : _metadata.GetString(type.Name);
    }
}
