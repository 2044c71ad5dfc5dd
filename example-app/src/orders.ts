import { Column, Entity, type MigrationInterface, PrimaryColumn, PrimaryGeneratedColumn, type QueryRunner, Table } from 'typeorm';

/** What the shop sells, as far as this example cares. */
@Entity('demo_order')
export class Order {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 320 })
  email!: string;

  @Column({ type: 'integer' })
  cents!: number;
}

/** What was done once for this database and must not be done again, even if its result was deleted since. */
@Entity('demo_milestone')
export class Milestone {
  @PrimaryColumn({ type: 'varchar', length: 50 })
  name!: string;
}

export class CreateDemoTables1790000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'demo_order',
        columns: [
          { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'email', type: 'varchar', length: '320' },
          { name: 'cents', type: 'integer' },
        ],
      }),
    );
    await runner.createTable(
      new Table({ name: 'demo_milestone', columns: [{ name: 'name', type: 'varchar', length: '50', isPrimary: true }] }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('demo_milestone');
    await runner.dropTable('demo_order');
  }
}
