#!/usr/bin/env python3
"""Writes schemas.json: of each kind that deploy/ uses, which fields there are, of which types, and which are required.

make-schemas.py <kubernetes>/api/openapi-spec/swagger.json <keda>/config/crd/bases/keda.sh_{scaledobjects,triggerauthentications}.yaml \
    <prometheus-operator>/example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml

The words are left out; fields that a schema does not name are refused, as by `kubectl apply --validate=strict`.
"""
import json
import pathlib
import sys

import yaml

KINDS = {
    "v1": ["ConfigMap", "Namespace", "Service", "ServiceAccount"],
    "apps/v1": ["Deployment", "StatefulSet"],
    "batch/v1": ["Job"],
    "autoscaling/v2": ["HorizontalPodAutoscaler"],
    "policy/v1": ["PodDisruptionBudget"],
    "networking.k8s.io/v1": ["NetworkPolicy"],
    "rbac.authorization.k8s.io/v1": ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
}
KEPT = ("type", "required", "enum", "pattern", "maxLength", "minLength")


def trimmed(schema, seen):
    if schema.get("format") == "int-or-string" or schema.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        if name.endswith("resource.Quantity"):
            return {"type": ["integer", "string"]}
        seen.append(name)
        return {"$ref": name}
    out = {key: schema[key] for key in KEPT if key in schema}
    if "properties" in schema:
        out["properties"] = {
            name: trimmed(each, seen) for name, each in schema["properties"].items() if name != "status"
        }
    if "items" in schema:
        out["items"] = trimmed(schema["items"], seen)
    if isinstance(schema.get("additionalProperties"), dict):
        out["values"] = trimmed(schema["additionalProperties"], seen)
    return out


def main(swagger, crds):
    definitions = json.loads(pathlib.Path(swagger).read_text())["definitions"]
    roots, waiting, kept = {}, [], {}
    for version, kinds in KINDS.items():
        group, _, name = version.rpartition("/")
        for kind in kinds:
            for key, each in definitions.items():
                if {"group": group, "kind": kind, "version": name} in each.get("x-kubernetes-group-version-kind", []):
                    roots[f"{version} {kind}"] = {"$ref": key}
                    waiting.append(key)
    meta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
    waiting.append(meta)
    while waiting:
        key = waiting.pop()
        if key not in kept:
            kept[key] = trimmed(definitions[key], waiting)
    for file in crds:
        crd = yaml.safe_load(pathlib.Path(file).read_text())["spec"]
        version = crd["versions"][-1]
        schema = trimmed(version["schema"]["openAPIV3Schema"], [])
        schema["properties"]["metadata"] = {"$ref": meta}
        roots[f"{crd['group']}/{version['name']} {crd['names']['kind']}"] = schema
    lines = lambda of: ",\n".join(f"{json.dumps(key)}: {json.dumps(of[key], sort_keys=True)}" for key in sorted(of))
    print(f'{{"kinds": {{\n{lines(roots)}\n}},\n"definitions": {{\n{lines(kept)}\n}}}}')


main(sys.argv[1], sys.argv[2:])
