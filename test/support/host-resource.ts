import { type Before, type ActionRequest, BaseProperty, BaseRecord, BaseResource, type ResourceWithOptions } from 'adminjs';

/** Creates a resource of the host with AdminJS's own actions that records its requests. */
export function createHostResource(): ResourceWithOptions & { requests: ActionRequest[] } {
  const requests: ActionRequest[] = [];
  const before: Before = (request) => {
    requests.push(request);
    return request;
  };
  return {
    requests,
    resource: new HostResource(),
    options: { id: 'Host', actions: { list: { before }, new: { before }, edit: { before }, show: { before }, search: { before } } },
  };
}

class HostResource extends BaseResource {
  readonly #properties = [
    new BaseProperty({ path: 'id', type: 'string', isId: true }),
    new BaseProperty({ path: 'name', type: 'string' }),
    new BaseProperty({ path: 'photo', type: 'mixed' }),
  ];

  static override isAdapterFor(): boolean {
    return false;
  }
  override id(): string {
    return 'Host';
  }
  override databaseName(): string {
    return 'host';
  }
  override properties(): BaseProperty[] {
    return this.#properties;
  }
  override property(path: string): BaseProperty | null {
    return this.#properties.find((property) => property.path() === path) ?? null;
  }
  override async count(): Promise<number> {
    return 1;
  }
  override async find(): Promise<BaseRecord[]> {
    return [this.build({ id: '1', name: 'one' })];
  }
  override async findOne(id: string): Promise<BaseRecord> {
    return this.build({ id, name: 'one' });
  }
  override async findMany(ids: string[]): Promise<BaseRecord[]> {
    return ids.map((id) => this.build({ id, name: 'one' }));
  }
  override async create(params: object): Promise<object> {
    return { ...params, id: '2' };
  }
  override async update(id: string, params: object): Promise<object> {
    return { ...params, id };
  }
}
